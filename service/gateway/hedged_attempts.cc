// A read that is asked a second time beside a slow first one.

#include <optional>
#include <utility>

#include "service/gateway/attempts.h"

namespace tcgate {

Task<AttemptResult> Attempts::SendHedged(std::shared_ptr<Errand> errand,
                                         Sending sending, int& attempts) {
  const auto race = std::make_shared<AttemptRace>(
      means_.loop,
      // Not one that asks for a repeat: the other may still do better.
      [](const AttemptResult& result) { return Earns(result.outcome); });
  RunFirst(race, errand, sending);
  RunHedge(race, errand, sending);
  Task<AttemptResult> first =
      AttemptRace::First(race, errand->flight->cancellation());
  AttemptResult result = co_await first;
  attempts += race->begun();
  co_return result;
}

Detached Attempts::RunFirst(std::shared_ptr<AttemptRace> race,
                            std::shared_ptr<Errand> errand, Sending sending) {
  race->Begin();
  Task<AttemptResult> attempt = Attempt(errand, sending, race->cancellation(0));
  AttemptResult result = co_await attempt;
  race->End(0, std::move(result));
}

// The second attempt: after a while, if there is budget and a slot for it, and
// at another host where there is one.
Detached Attempts::RunHedge(std::shared_ptr<AttemptRace> race,
                            std::shared_ptr<Errand> errand, Sending sending) {
  Cancellation& cancel = race->cancellation(1);
  const Action& action = *errand->call->action;
  const MonoTime then = means_.loop.Now() + options_.hedge_after;
  Sleep sleep = means_.loop.SleepUntil(then, cancel);
  bool wanted = co_await sleep;
  const Endpoint* endpoint = nullptr;
  if (wanted) {
    endpoint = means_.upstream
                   .Choose(*errand->account, action, sending.request.endpoint)
                   .endpoint;
    wanted = endpoint != nullptr && budgets_[endpoint].Affords();
  }
  if (wanted) {
    Task<QuotaResult> turn =
        means_.quota.Take(SlotFor(*errand, *endpoint), cancel);
    sending.slot = co_await turn;
    // Others have spent while this one waited.
    wanted = sending.slot.outcome.ok() && budgets_[endpoint].Affords();
  }
  if (!wanted) {
    race->End(1, std::nullopt);
    co_return;
  }
  budgets_[endpoint].Spend();
  means_.metrics.Repeated(action.index, "hedge");
  race->Begin();
  sending.request = RequestFor(*errand, *endpoint);
  Task<AttemptResult> attempt = Attempt(errand, sending, cancel);
  AttemptResult result = co_await attempt;
  race->End(1, std::move(result));
}

}  // namespace tcgate
