#include "service/gateway/gateway.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "service/codec/encode.h"
#include "service/gateway/errand.h"
#include "service/gateway/refusals.h"
#include "service/gateway/reply_of.h"
#include "service/telemetry/trace_context.h"

namespace tcgate {
namespace {

// The region that is sent: what the call asks for, else the account's where
// the action serves it, else the first that the action serves.
const std::string& RegionOf(const Call& call, const Account& account) {
  if (!call.options.region.empty()) return call.options.region;
  const std::vector<std::string>& served = call.action->regions;
  if (served.empty() ||
      std::find(served.begin(), served.end(), account.region) != served.end()) {
    return account.region;
  }
  return served.front();
}

const std::string& LanguageOf(const Call& call, const Account& account) {
  return call.options.language.empty() ? account.language
                                       : call.options.language;
}

bool MayShare(const Action& action) {
  return action.effect == Effect::kRead && !action.sse;
}

}  // namespace

// A call that policy lets through.
struct Gateway::Pending {
  std::shared_ptr<Call> call;
  const Account* account = nullptr;  // Null before policy gave one.
  int weight = 1;
  std::string body;                     // Canonical JSON.
  std::optional<Admission::Pass> pass;  // While it is in flight.

  // As it came, as it waits, and as it is sent.
  std::size_t bytes() const { return call->request.size() + 2 * body.size(); }

  ReplyRequest request() const {
    return {call->action,
            account,
            RegionOf(*call, *account),
            LanguageOf(*call, *account),
            body,
            call->deadline,
            call->options.cache};
  }

  void Done(Reply reply) {
    if (account != nullptr) {
      reply.account = account->name;
      reply.region = RegionOf(*call, *account);
    }
    pass.reset();
    call->Done(std::move(reply));
  }

  void Refuse(Outcome outcome) {
    Reply reply;
    reply.outcome = std::move(outcome);
    Done(std::move(reply));
  }
};

// Where a call waits.
struct Gateway::Place {
  std::optional<Reply> reply;      // There is no need to wait.
  std::shared_ptr<Flight> flight;  // Else never null.
  std::shared_ptr<Errand> errand;  // Of who leads the flight.
};

Gateway::Gateway(const Catalog& catalog, Tables& tables, const Access& access,
                 Upstream& upstream, Loop& loop, const Clock& clock,
                 Random& random, Metrics& metrics, GatewayOptions options)
    : access_(access),
      loop_(loop),
      random_(random),
      request_bytes_(options.request_bytes),
      memory_(options.bytes_in_flight),
      admission_(options.admission, memory_),
      quota_(loop, metrics.quota(), options.quota),
      replies_(catalog.actions(), options.accounts, std::move(options.replies),
               clock, loop, metrics.cache()),
      keyed_writes_(loop, {}),
      attempts_({upstream, quota_, replies_.generations(), memory_, loop,
                 random, metrics.upstream()},
                options.attempts) {
  for (const Action& action : catalog.actions()) {
    request_tables_.push_back(&tables.For(*action.request));
  }
}

void Gateway::Start(std::shared_ptr<Call> call) {
  Pending pending;
  pending.call = std::move(call);
  const Call& asked = *pending.call;
  const Action& action = *asked.action;

  std::variant<Grant, Outcome> grant =
      access_.Authorise(asked.caller, action, asked.options.account);
  if (Outcome* refusal = std::get_if<Outcome>(&grant)) {
    return pending.Refuse(std::move(*refusal));
  }
  pending.account = std::get<Grant>(grant).account;
  pending.weight = std::get<Grant>(grant).weight;

  // Before anything waits: a request that cannot be encoded must cost nothing,
  // and these bytes are what replies are found by, and what every attempt
  // signs and sends.
  Outcome encoded =
      EncodeJson(*request_tables_[action.index], asked.request,
                 {request_bytes_, asked.options.empty_lists}, pending.body);
  if (!encoded.ok()) return pending.Refuse(std::move(encoded));

  if (MayShare(action)) {
    if (const auto hit = replies_.Find(pending.request())) {
      if (hit->refresh) Refresh(pending);
      return pending.Done(ReplyOfOthers(*hit->answer, hit->cache, hit->age));
    }
  }
  if (asked.options.cache.only_if_cached) {
    return pending.Refuse(NotCached(action));
  }

  // The room that the encoder left may be as much again.
  if (pending.body.capacity() > pending.body.size() * 5 / 4 + 256) {
    pending.body.shrink_to_fit();
  }
  std::variant<Admission::Pass, Admission::Full> entered =
      admission_.TryEnter(asked.caller.id, pending.bytes());
  if (auto* full = std::get_if<Admission::Full>(&entered)) {
    return pending.Refuse(Overloaded(full->key));
  }
  pending.pass = std::get<Admission::Pass>(std::move(entered));
  loop_.Post([this, pending = std::move(pending)]() mutable {
    Await(std::move(pending));
  });
}

// A call as it waits: for a flight of its own, or with others for one.
Detached Gateway::Await(Pending pending) {
  Call& call = *pending.call;
  if (call.cancellation.requested()) {
    pending.Refuse(Cancelled(Ran::kNo));
    co_return;
  }
  Place place = PlaceOf(pending);
  pending.body = std::string();  // Of who joined: nobody needs it.
  if (place.reply.has_value()) {
    pending.Done(*std::move(place.reply));
    co_return;
  }
  // Two steps, here and below: see the rules in http/task.h.
  Task<bool> waiting = place.flight->Wait(call.deadline, call.cancellation);
  const bool stayed = co_await waiting;
  if (!stayed) {
    pending.Refuse(call.cancellation.requested()
                       ? Cancelled(Ran::kMaybe)
                       : LeftBehind(*call.action, Ran::kMaybe));
    co_return;
  }
  const Answer& answer = place.flight->answer(call.options.cache);
  const bool joined = place.errand == nullptr && !answer.age.has_value();
  Reply reply = joined ? ReplyOfOthers(answer, "joined", answer.age)
                       : ReplyOf(answer, answer.cache, answer.age);
  reply.wire = place.flight->Held(std::move(reply.wire));
  if (place.errand != nullptr) Explain(*place.errand, reply);
  pending.Done(std::move(reply));
}

Gateway::Place Gateway::PlaceOf(Pending& pending) {
  const Call& call = *pending.call;
  Place place;
  if (MayShare(*call.action)) {
    auto found = replies_.Get(pending.request());
    if (auto* hit = std::get_if<Replies::Hit>(&found)) {
      if (hit->refresh) Refresh(pending);
      place.reply = ReplyOfOthers(*hit->answer, hit->cache, hit->age);
    } else if (auto* join = std::get_if<Join>(&found)) {
      place.flight = join->flight;
    } else {
      place.errand = Fly(pending, std::get<Lead>(std::move(found)));
    }
  } else if (!call.options.idempotency_key.empty() &&
             call.action->effect != Effect::kRead) {
    const ReplyRequest request = pending.request();
    auto found =
        keyed_writes_.Get({call.action, pending.account, call.caller.id,
                           call.options.idempotency_key, request.region,
                           request.body, call.deadline});
    if (auto* replay = std::get_if<KeyedWrites::Replay>(&found)) {
      // It ran once, for both.
      place.reply = ReplyOfOthers(*replay->answer, "joined", std::nullopt);
    } else if (auto* join = std::get_if<Join>(&found)) {
      place.flight = join->flight;
    } else if (auto* refusal = std::get_if<Outcome>(&found)) {
      place.reply.emplace().outcome = std::move(*refusal);
    } else {
      place.errand = Fly(pending, std::get<Lead>(std::move(found)));
    }
  } else {
    place.errand = Fly(pending, LeadAlone(loop_, call.deadline));
  }
  if (place.errand != nullptr) place.flight = place.errand->flight;
  return place;
}

std::shared_ptr<Errand> Gateway::Fly(Pending& pending, Lead lead) {
  auto errand = std::make_shared<Errand>();
  const ReplyRequest request = pending.request();
  errand->call = pending.call;
  errand->account = pending.account;
  errand->weight = pending.weight;
  errand->region = std::string(request.region);
  errand->language = std::string(request.language);
  errand->body = std::move(pending.body);
  errand->traceparent =
      ChildTraceparent(pending.call->options.traceparent, random_);
  errand->flight = lead.flight;
  if (pending.call->action->sse) {
    errand->client.emplace(loop_, *pending.call, lead.flight->cancellation());
  }
  Finish(errand, std::move(lead.ticket));
  return errand;
}

Detached Gateway::Finish(std::shared_ptr<Errand> errand, Ticket ticket) {
  Task<Answer> asking = attempts_.Run(errand);
  Answer answer = co_await asking;
  // An answer that came all the same stands: what it says of a write is worth
  // more than that nobody may be waiting.
  const bool answered =
      answer.attempts > 0 &&
      (answer.outcome.ok() || answer.outcome.decided_by == DecidedBy::kVendor);
  if (errand->flight->cancellation().requested() && !answered) {
    const bool late = loop_.Now() >= errand->flight->deadline();
    const Ran ran = answer.outcome.ran;
    answer.outcome =
        late ? LeftBehind(*errand->call->action, ran) : Cancelled(ran);
    answer.wire.reset();
  }
  ticket.Finish(std::move(answer));
}

// Brings a stale reply up to date, for whoever comes later.
void Gateway::Refresh(const Pending& pending) {
  Pending copy{pending.call, pending.account, pending.weight, pending.body, {}};
  loop_.Post([this, copy = std::move(copy)]() mutable {
    std::optional<Lead> lead = replies_.Refresh(copy.request());
    if (lead.has_value()) Fly(copy, *std::move(lead));
  });
}

void Gateway::Cancel(std::shared_ptr<Call> call) {
  loop_.Post([call = std::move(call)] { call->cancellation.Request(); });
}

void Gateway::Taken(std::shared_ptr<Call> call) {
  loop_.Post([call = std::move(call)] {
    if (call->taking != nullptr) call->taking->Notify();
  });
}

}  // namespace tcgate
