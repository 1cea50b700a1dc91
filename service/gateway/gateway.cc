#include "service/gateway/gateway.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "service/codec/encode.h"
#include "service/gateway/next.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;

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

// A call that ends before it waits. `account` is null before policy gave one.
Reply Refused(const Call& call, const Account* account, Outcome outcome) {
  Reply reply;
  reply.outcome = std::move(outcome);
  if (account != nullptr) {
    reply.account = account->name;
    reply.region = RegionOf(call, *account);
  }
  return reply;
}

Outcome Overloaded() {
  Outcome outcome =
      Refusal(absl::StatusCode::kResourceExhausted, reason::kOverloaded,
              "tcgate has as many calls in flight as limits.calls_in_flight "
              "and limits.bytes_in_flight allow: try again later");
  outcome.retry_after = milliseconds(1000);  // Chosen: most calls are shorter.
  return outcome;
}

// Nobody reads this but the access log; `ran` still says what is known.
Outcome Cancelled(Ran ran) {
  Outcome outcome = Refusal(absl::StatusCode::kCancelled, "",
                            "the client cancelled the call");
  outcome.ran = ran;
  return outcome;
}

}  // namespace

// A call that was let in, with everything that its attempts need.
struct Gateway::Lead {
  std::shared_ptr<Call> call;
  const Account* account = nullptr;
  std::string body;  // Canonical JSON.
  std::size_t admitted_bytes = 0;
};

// Gives the messages of a stream to the client, one at a time.
class Gateway::Client final : public EventSink {
 public:
  Client(Loop& loop, Call& call) : loop_(loop), call_(call) {}

  Task<bool> Send(std::string wire) override {
    Wait taken(loop_, call_.deadline, call_.cancellation);
    call_.taking = &taken;
    ++events_;
    bytes_ += wire.size();
    call_.Send(std::move(wire));
    const WokenBy woken_by = co_await taken;
    call_.taking = nullptr;
    co_return woken_by == WokenBy::kNotify;
  }

  std::size_t events() const { return events_; }
  std::size_t bytes() const { return bytes_; }

 private:
  Loop& loop_;
  Call& call_;
  std::size_t events_ = 0;
  std::size_t bytes_ = 0;
};

Gateway::Gateway(const Catalog& catalog, Tables& tables, const Access& access,
                 Upstream& upstream, Loop& loop, GatewayLimits limits)
    : access_(access),
      upstream_(upstream),
      loop_(loop),
      limits_(limits),
      admission_(limits.calls_in_flight, limits.bytes_in_flight) {
  for (const Action& action : catalog.actions()) {
    request_tables_.push_back(&tables.For(*action.request));
  }
}

void Gateway::Start(std::shared_ptr<Call> call) {
  std::variant<Grant, Outcome> grant =
      access_.Authorise(call->caller, *call->action, call->options.account);
  if (Outcome* refusal = std::get_if<Outcome>(&grant)) {
    return call->Done(Refused(*call, nullptr, std::move(*refusal)));
  }

  Lead lead;
  lead.account = std::get<Grant>(grant).account;
  lead.admitted_bytes = call->request.size();
  if (!admission_.TryEnter(lead.admitted_bytes)) {
    return call->Done(Refused(*call, lead.account, Overloaded()));
  }

  // Before anything waits: a request that cannot be encoded must cost nothing,
  // and these bytes are what is signed and sent, by every attempt.
  Outcome encoded =
      EncodeJson(*request_tables_[call->action->index], call->request,
                 {limits_.request_bytes, call->options.empty_lists}, lead.body);
  if (!encoded.ok()) {
    admission_.Leave(lead.admitted_bytes);
    return call->Done(Refused(*call, lead.account, std::move(encoded)));
  }

  lead.call = std::move(call);
  loop_.Post(
      [this, lead = std::move(lead)]() mutable { Fetch(std::move(lead)); });
}

Detached Gateway::Fetch(Lead lead) {
  Call& call = *lead.call;
  Reply reply;
  reply.cache = "off";
  reply.account = lead.account->name;
  reply.region = RegionOf(call, *lead.account);

  AttemptRequest request;
  request.action = call.action;
  request.account = lead.account;
  request.region = reply.region;
  request.language = call.options.language.empty() ? lead.account->language
                                                   : call.options.language;
  request.traceparent = call.options.traceparent;
  request.body = lead.body;
  request.request_wire = call.request;
  request.deadline = call.deadline;
  request.idle = limits_.stream_idle;

  Client client(loop_, call);
  while (!call.cancellation.requested()) {
    // Two steps, here and below: see the rules in http/task.h.
    Task<AttemptResult> attempt =
        call.action->sse ? upstream_.Stream(request, client, call.cancellation)
                         : upstream_.Attempt(request, call.cancellation);
    AttemptResult result = co_await attempt;
    ++reply.attempts;
    reply.outcome = std::move(result.outcome);
    reply.wire = std::move(result.wire);

    const milliseconds left =
        std::chrono::duration_cast<milliseconds>(call.deadline - loop_.Now());
    const Step step =
        Next({reply.attempts, left, client.events() > 0}, reply.outcome);
    if (step.kind == Step::Kind::kStop) break;
    const MonoTime then = loop_.Now() + step.wait;
    Sleep sleep = loop_.SleepUntil(then, call.cancellation);
    const bool slept = co_await sleep;
    if (!slept) break;
  }
  reply.events = client.events();
  reply.event_bytes = client.bytes();
  // An answer that came all the same stands: what it says of a write is worth
  // more than that nobody may be waiting.
  const bool answered =
      reply.attempts > 0 &&
      (reply.outcome.ok() || reply.outcome.decided_by == DecidedBy::kVendor);
  if (call.cancellation.requested() && !answered) {
    reply.outcome = Cancelled(reply.outcome.ran);
    reply.wire.clear();
  }

  admission_.Leave(lead.admitted_bytes);
  call.Done(std::move(reply));
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
