#include "service/replies/ticket.h"

#include <utility>

#include "absl/status/status.h"
#include "service/base/outcome.h"

namespace tcgate {

Ticket::Ticket(std::shared_ptr<Flight> flight, std::unique_ptr<Keeper> keeper)
    : flight_(std::move(flight)), keeper_(std::move(keeper)) {}

Ticket::~Ticket() {
  if (flight_ == nullptr) return;
  Answer lost;
  lost.outcome = Refusal(absl::StatusCode::kInternal, reason::kInternal,
                         "what worked on the call has ended without an answer");
  // Nobody knows: it may have sent something.
  lost.outcome.ran = Ran::kMaybe;
  Finish(std::move(lost));
}

void Ticket::Finish(Answer answer) {
  // Void before anybody runs, and kept until the last has: whoever wakes may
  // let go of everything else.
  const std::shared_ptr<Flight> flight = std::exchange(flight_, nullptr);
  const std::unique_ptr<Keeper> keeper = std::move(keeper_);
  Ending ending;
  if (keeper != nullptr) {
    ending = keeper->Keep(std::move(answer));
  } else {
    ending.answer = std::make_shared<const Answer>(std::move(answer));
  }
  flight->End(std::move(ending));
}

Lead LeadAlone(Loop& loop, MonoTime until) {
  auto flight =
      std::make_shared<Flight>(loop, until, Flight::WhenLeft::kIsCancelled);
  return {flight, Ticket(flight, nullptr)};
}

}  // namespace tcgate
