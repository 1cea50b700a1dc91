#include "service/replies/keyed_writes.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;

constexpr char kName[] = "tcgate-idempotency-key";
constexpr std::chrono::minutes kKept{10};
// Of the two tables and what an allocator adds. Chosen.
constexpr std::size_t kBookkeeping = 256;
// For a reply that is not there yet. Chosen: those of writes name what was
// made.
constexpr std::size_t kForReply = 4096;

std::string ScopeOf(const KeyedWrite& write) {
  return absl::StrCat(write.account->index, "/", write.action->index, "/",
                      write.caller.size(), "/", write.caller, write.key);
}

Outcome OtherRequest() {
  Outcome outcome = Refusal(
      absl::StatusCode::kInvalidArgument, reason::kInvalidRequest,
      absl::StrCat(kName,
                   ": an earlier call has the same key and another request or "
                   "region: give each write a key of its own"));
  outcome.metadata.emplace_back("key", kName);
  return outcome;
}

Outcome Full(std::optional<milliseconds> until_room) {
  Outcome outcome =
      Refusal(absl::StatusCode::kResourceExhausted, reason::kOverloaded,
              absl::StrCat(kName,
                           ": tcgate remembers as many keyed writes as it can: "
                           "try again later"));
  outcome.retry_after = until_room;
  return outcome;
}

// Who left, or had no time left, knew that; others learn what it means.
Answer ForOthers(Answer answer) {
  Outcome& outcome = answer.outcome;
  const char* cause = outcome.code == absl::StatusCode::kCancelled
                          ? "CANCELLED"
                          : reason::kUpstreamTimeout;
  outcome.code = absl::StatusCode::kUnknown;
  outcome.reason = reason::kOutcomeUnknown;
  outcome.message =
      "the call that sent this write ended before the vendor answered; the "
      "action may have run: look before repeating it with another key";
  outcome.metadata = {{"cause", cause}};
  return answer;
}

}  // namespace

class KeyedWrites::Keeper final : public Ticket::Keeper {
 public:
  Keeper(KeyedWrites& writes, std::string scope)
      : writes_(writes), scope_(std::move(scope)) {}

  Ticket::Ending Keep(Answer answer) override {
    Ticket::Ending ending;
    ending.answer = writes_.Ended(scope_, std::move(answer));
    return ending;
  }

 private:
  KeyedWrites& writes_;
  const std::string scope_;
};

std::variant<KeyedWrites::Replay, Join, Lead, Outcome> KeyedWrites::Get(
    const KeyedWrite& write) {
  const MonoTime now = loop_.Now();
  ForgetOld(now);
  std::string scope = ScopeOf(write);
  const tc3::Digest digest = sha256_.Of(write.body);
  std::string request = absl::StrCat(
      write.region, "/",
      absl::string_view(reinterpret_cast<const char*>(digest.data()),
                        digest.size()));

  if (const auto at = entries_.find(scope); at != entries_.end()) {
    const Entry& entry = at->second;
    if (entry.request != request) return OtherRequest();
    if (entry.flight != nullptr) return Join{entry.flight};
    return Replay{entry.answer};
  }

  // The scope is in both tables.
  const std::size_t bytes =
      2 * scope.size() + request.size() + kBookkeeping + kForReply;
  if (entries_.size() >= limits_.entries || bytes_ + bytes > limits_.bytes) {
    if (old_.empty()) return Full(std::chrono::seconds(1));
    return Full(std::chrono::ceil<milliseconds>(old_.front().when - now));
  }
  auto flight = std::make_shared<Flight>(loop_, write.deadline,
                                         Flight::WhenLeft::kIsCancelled);
  bytes_ += bytes;
  const bool repeatable = write.action->effect != Effect::kWrite;
  entries_.emplace(
      scope, Entry{std::move(request), repeatable, flight, nullptr, bytes});
  return Lead{flight, Ticket(flight, std::make_unique<Keeper>(
                                         *this, std::move(scope)))};
}

void KeyedWrites::ForgetOld(MonoTime now) {
  while (!old_.empty() && old_.front().when <= now) {
    const auto at = entries_.find(old_.front().scope);
    bytes_ -= at->second.bytes;
    entries_.erase(at);
    old_.pop_front();
  }
}

SharedAnswer KeyedWrites::Ended(const std::string& scope, Answer answer) {
  const auto at = entries_.find(scope);
  Entry& entry = at->second;
  bytes_ -= entry.bytes;
  // Who joined while it was being cancelled did not leave.
  if (answer.outcome.code == absl::StatusCode::kCancelled) {
    answer = ForOthers(std::move(answer));
  }
  const auto ended = std::make_shared<const Answer>(std::move(answer));
  const Outcome& outcome = ended->outcome;
  const bool may_run_again = outcome.ran == Ran::kNo ||
                             (outcome.ran == Ran::kMaybe && entry.repeatable);
  if (!outcome.ok() && may_run_again) {
    entries_.erase(at);
    return ended;
  }
  entry.flight = nullptr;
  entry.answer = outcome.code == absl::StatusCode::kDeadlineExceeded
                     ? std::make_shared<const Answer>(ForOthers(*ended))
                     : ended;
  entry.bytes += BytesOf(*entry.answer);
  entry.bytes -= kForReply;
  bytes_ += entry.bytes;
  old_.push_back({loop_.Now() + kKept, scope});
  return ended;
}

}  // namespace tcgate
