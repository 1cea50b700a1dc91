#include "service/gateway/reply_of.h"

namespace tcgate {

Reply ReplyOf(const Answer& answer, const char* cache,
              std::optional<std::chrono::seconds> age) {
  Reply reply;
  reply.outcome = answer.outcome;
  reply.wire = answer.wire;
  reply.cache = cache;
  reply.age = age;
  reply.attempts = answer.attempts;
  reply.queued = answer.queued;
  return reply;
}

Reply ReplyOfOthers(const Answer& answer, const char* cache,
                    std::optional<std::chrono::seconds> age) {
  Reply reply = ReplyOf(answer, cache, age);
  reply.attempts = 0;
  reply.queued = {};
  return reply;
}

void Explain(const Errand& errand, Reply& reply) {
  if (reply.attempts > 0) reply.traceparent = errand.traceparent;
  if (!errand.client.has_value()) return;
  reply.events = errand.client->events();
  reply.event_bytes = errand.client->bytes();
}

}  // namespace tcgate
