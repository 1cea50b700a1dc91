#include "service/gateway/attempts.h"

#include <optional>
#include <utility>

#include "service/gateway/refusals.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;

const char* Label(Step::Kind kind) {
  switch (kind) {
    case Step::Kind::kRefreshCredential:
      return "credential";
    case Step::Kind::kCorrectClock:
      return "clock";
    case Step::Kind::kNextHost:
      return "next_host";
    default:
      return "retry";
  }
}

bool IsRead(const Errand& errand) {
  return errand.call->action->effect == Effect::kRead;
}

}  // namespace

// How far an errand has come.
struct Attempts::Progress {
  Answer answer;
  Route route;      // Of the attempt that is made, or was made last.
  Sending sending;  // The same.
  // What of its result the next step needs.
  std::optional<WallTime> server_time;
  std::shared_ptr<const SigningKey> key;

  const Endpoint* avoid = nullptr;
  bool refreshed = false;
  bool corrected = false;
  bool told = false;  // The generations know that a write is on its way.

  // The end of the last attempt, or why there is no other. That one before may
  // have run is not forgotten.
  void End(Outcome outcome) {
    const bool may_have_run = answer.outcome.ran == Ran::kMaybe;
    answer.outcome = std::move(outcome);
    if (may_have_run && answer.outcome.ran == Ran::kNo) {
      answer.outcome.ran = Ran::kMaybe;
    }
  }
};

Task<Answer> Attempts::Run(std::shared_ptr<Errand> errand) {
  Progress progress;
  bool more = true;
  while (more && !errand->flight->cancellation().requested()) {
    Task<bool> attempt = TryOnce(errand, progress);
    const bool tried = co_await attempt;
    if (!tried) break;
    Task<bool> step = GoOn(errand, progress);
    more = co_await step;
  }
  if (progress.told) {
    means_.generations.Ended(*errand->account, *errand->call->action,
                             progress.answer.outcome, means_.loop.Now());
  }
  co_return std::move(progress.answer);
}

// Host, slot, attempt. False if nothing was sent: then that is the end, and an
// earlier attempt's outcome says more than why there is no other.
Task<bool> Attempts::TryOnce(std::shared_ptr<Errand> errand,
                             Progress& progress) {
  Answer& answer = progress.answer;
  const Call& call = *errand->call;
  Cancellation& cancel = errand->flight->cancellation();
  progress.route =
      means_.upstream.Choose(*errand->account, *call.action, progress.avoid);
  if (progress.route.endpoint == nullptr) {
    if (answer.attempts == 0) answer.outcome = progress.route.refusal;
    co_return false;
  }
  const Endpoint& endpoint = *progress.route.endpoint;
  QuotaResult& slot = progress.sending.slot;
  QuotaRequest wanted;
  do {  // Again where somebody joined meanwhile who has more time.
    wanted = SlotFor(*errand, endpoint);
    Task<QuotaResult> turn = means_.quota.Take(wanted, cancel);
    slot = co_await turn;
    answer.queued += std::chrono::duration_cast<milliseconds>(slot.waited);
  } while (!slot.outcome.ok() && !cancel.requested() &&
           errand->flight->deadline() > wanted.deadline);
  if (!slot.outcome.ok()) {
    if (answer.attempts == 0) answer.outcome = slot.outcome;
    co_return false;
  }

  if (!IsRead(*errand) && !progress.told) {
    means_.generations.Sent(*errand->account, *call.action);
    progress.told = true;
  }
  progress.sending.request = RequestFor(*errand, endpoint);
  Task<AttemptResult> sending = Send(errand, progress);
  AttemptResult result = co_await sending;
  Take(*errand, progress, std::move(result));
  co_return true;
}

QuotaRequest Attempts::SlotFor(const Errand& errand,
                               const Endpoint& endpoint) const {
  QuotaRequest slot;
  slot.group = errand.account->quota_group;
  slot.action = errand.call->action;
  slot.host = endpoint.host;
  slot.share = errand.account->share;
  slot.caller = errand.call->caller.id;
  slot.weight = errand.weight;
  slot.bytes = errand.call->request.size() + errand.body.size();
  slot.deadline = errand.flight->deadline();
  return slot;
}

AttemptRequest Attempts::RequestFor(const Errand& errand,
                                    const Endpoint& endpoint) {
  const Call& call = *errand.call;
  AttemptRequest request;
  request.action = call.action;
  request.account = errand.account;
  request.endpoint = &endpoint;
  request.region = errand.region;
  request.language = errand.language;
  request.traceparent = errand.traceparent;
  request.body = errand.body;
  request.request_wire = call.request;
  request.idle = options_.stream_idle;
  request.deadline = errand.flight->deadline();
  if (call.action->sse) return request;

  request.memory = &means_.memory;
  const MonoTime now = means_.loop.Now();
  const milliseconds left =
      std::chrono::duration_cast<milliseconds>(request.deadline - now);
  const milliseconds timeout =
      AttemptTimeout(call.action->effect, left, budgets_[&endpoint].Affords(),
                     options_.read_timeout);
  if (timeout < left) {
    request.deadline = now + timeout;
    request.deadline_is_callers = false;
  }
  return request;
}

Task<AttemptResult> Attempts::Send(const std::shared_ptr<Errand>& errand,
                                   Progress& progress) {
  const bool hedged = IsRead(*errand) && !errand->client.has_value() &&
                      options_.hedge_after.count() > 0;
  if (hedged) {
    return SendHedged(errand, progress.sending, progress.answer.attempts);
  }
  ++progress.answer.attempts;
  return Attempt(errand, progress.sending, errand->flight->cancellation());
}

// One attempt, and what is to be learnt from it.
Task<AttemptResult> Attempts::Attempt(std::shared_ptr<Errand> errand,
                                      const Sending& sending,
                                      Cancellation& cancel) {
  const AttemptRequest& request = sending.request;
  const MonoTime began = means_.loop.Now();
  Task<AttemptResult> attempt =
      errand->client.has_value()
          ? means_.upstream.Stream(request, *errand->client, cancel)
          : means_.upstream.Attempt(request, cancel);
  AttemptResult result = co_await attempt;

  const std::chrono::nanoseconds took = means_.loop.Now() - began;
  const Endpoint& endpoint = *request.endpoint;
  // How long a stream was says nothing of when the next one begins.
  means_.quota.Learn(SlotFor(*errand, endpoint), sending.slot, result.outcome,
                     request.action->sse ? std::chrono::nanoseconds(0) : took);
  RetryBudget& budget = budgets_[&endpoint];
  if (Earns(result.outcome)) budget.Earn();
  means_.metrics.Budget(endpoint.host, budget.tokens());
  co_return result;
}

void Attempts::Take(const Errand& errand, Progress& progress,
                    AttemptResult result) {
  Answer& answer = progress.answer;
  if (result.outcome.code == absl::StatusCode::kDeadlineExceeded &&
      result.outcome.decided_by == DecidedBy::kGateway &&
      errand.flight->deadline() > progress.sending.request.deadline) {
    ForWhoWaitsLonger(result.outcome);
  }
  progress.End(std::move(result.outcome));
  answer.wire.reset();
  if (answer.outcome.ok() && !errand.client.has_value()) {
    answer.wire = std::make_shared<const std::string>(std::move(result.wire));
    errand.flight->Hold(std::move(result.held));
  }
  progress.server_time = result.server_time;
  progress.key = std::move(result.key);
}

AttemptState Attempts::StateOf(const Errand& errand, const Progress& progress) {
  AttemptState state;
  state.effect = errand.call->action->effect;
  state.attempts = progress.answer.attempts;
  state.left = std::chrono::duration_cast<milliseconds>(
      errand.flight->deadline() - means_.loop.Now());
  state.begun = errand.client.has_value() && errand.client->events() > 0;
  const Route& route = progress.route;
  state.budget = budgets_[route.endpoint].Affords();
  state.other_host = route.other != nullptr && budgets_[route.other].Affords();
  state.refreshed = progress.refreshed;
  state.corrected = progress.corrected || !progress.server_time.has_value();
  state.draw = means_.random.Uniform();
  return state;
}

// Does what the table says. False: that was the end.
Task<bool> Attempts::GoOn(std::shared_ptr<Errand> errand, Progress& progress) {
  Cancellation& cancel = errand->flight->cancellation();
  const Step step = Next(StateOf(*errand, progress), progress.answer.outcome);
  switch (step.kind) {
    case Step::Kind::kStop:
      co_return false;
    case Step::Kind::kRefreshCredential: {
      progress.refreshed = true;
      Task<bool> refreshing = means_.upstream.RefreshCredential(
          progress.sending.request, progress.key, errand->flight->deadline(),
          cancel);
      const bool refreshed = co_await refreshing;
      if (!refreshed) co_return false;
      break;
    }
    case Step::Kind::kCorrectClock: {
      progress.corrected = true;
      Outcome corrected = means_.upstream.CorrectClock(progress.sending.request,
                                                       *progress.server_time);
      if (!corrected.ok()) {
        progress.End(std::move(corrected));
        co_return false;
      }
      break;
    }
    case Step::Kind::kNextHost:
      progress.avoid = progress.route.endpoint;
      budgets_[progress.route.other].Spend();
      break;
    case Step::Kind::kWaitThenRetry:
      budgets_[progress.route.endpoint].Spend();
      break;
  }
  means_.metrics.Repeated(errand->call->action->index, Label(step.kind));
  const MonoTime then = means_.loop.Now() + step.wait;
  Sleep sleep = means_.loop.SleepUntil(then, cancel);
  const bool slept = co_await sleep;
  co_return slept;
}

}  // namespace tcgate
