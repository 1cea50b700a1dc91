#ifndef TCGATE_TESTS_GATEWAY_MODEL_UPSTREAM_H_
#define TCGATE_TESTS_GATEWAY_MODEL_UPSTREAM_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "service/http/loop.h"
#include "tests/gateway/path.h"

namespace tcgate {

// A vendor that is wrong in every way it may be: slow, refusing, breaking off
// before or after it ran, hanging, and running a write after it was given up.
// Each account has a version of each tag, which a write that runs makes newer;
// a read gives the versions of its tags. Lives on the loop's thread.
class ModelUpstream final : public OneHostUpstream {
 public:
  struct Faults {
    double limit = 0.05;        // Refused by the rate limit.
    double refused = 0.03;      // Refused for good.
    double unreachable = 0.05;  // Nothing was sent.
    double broken = 0.08;       // Broken off; it ran, or not.
    double hang = 0.02;         // No answer; it runs later, or not.
  };

  // What a reply says: whose it is, and how new.
  struct Seen {
    std::string account;
    std::string body;
    std::map<std::string, std::uint64_t> versions;  // By tag.
  };

  ModelUpstream(Loop& loop, unsigned seed, Faults faults)
      : loop_(loop), random_(seed), faults_(faults) {}

  Task<AttemptResult> Stream(AttemptRequest request, EventSink& /*sink*/,
                             Cancellation& cancel) override {
    return Attempt(request, cancel);
  }

  Task<AttemptResult> Attempt(AttemptRequest request,
                              Cancellation& cancel) override {
    ++attempts_;
    const std::string traceparent(request.traceparent);
    double draw = Draw();
    const auto hits = [&draw](double share) {
      const bool hit = draw >= 0 && draw < share;
      draw -= share;
      return hit;
    };
    AttemptResult result;
    if (hits(faults_.unreachable)) {
      result.outcome = Refusal(absl::StatusCode::kUnavailable,
                               reason::kUpstreamUnreachable, "unreachable");
      co_return result;
    }
    const bool limit = hits(faults_.limit), refused = hits(faults_.refused);
    const bool broken = hits(faults_.broken), hang = hits(faults_.hang);
    const MonoTime runs = loop_.Now() + Milliseconds(1, 80);
    Sleep going = loop_.SleepUntil(std::min(runs, request.deadline), cancel);
    const bool arrived = co_await going;
    if (!arrived || runs > request.deadline) {
      if (Draw() < 0.5) Execute(request, traceparent);
      result.outcome = Unanswered(request, arrived);
      co_return result;
    }
    if (limit || refused) {
      result.outcome = Says(limit ? "RequestLimitExceeded" : "InvalidParameter",
                            limit ? absl::StatusCode::kResourceExhausted
                                  : absl::StatusCode::kInvalidArgument);
      co_return result;
    }
    if (hang) {
      if (Draw() < 0.5) ExecuteLater(*this, request, traceparent);
      Sleep hanging = loop_.SleepUntil(request.deadline, cancel);
      const bool timed_out = co_await hanging;
      result.outcome = Unanswered(request, timed_out);
      co_return result;
    }
    std::string wire = Read(request);
    if (!broken || Draw() < 0.5) Execute(request, traceparent);
    const MonoTime answers = loop_.Now() + Milliseconds(0, 80);
    Sleep coming =
        loop_.SleepUntil(std::min(answers, request.deadline), cancel);
    const bool came = co_await coming;
    if (!came || answers > request.deadline) {
      result.outcome = Unanswered(request, came);
    } else if (broken) {
      result.outcome = MayHaveRun(request, absl::StatusCode::kUnavailable,
                                  reason::kUpstreamBroken);
    } else {
      result.outcome.decided_by = DecidedBy::kVendor;
      result.outcome.ran = Ran::kYes;
      result.outcome.request_id = absl::StrCat("r", attempts_);
      // A write gives what it made: the versions are those after it.
      result.wire = IsRead(request) ? std::move(wire) : Read(request);
    }
    co_return result;
  }

  static Seen Parse(absl::string_view wire) {
    const std::vector<std::string> parts = absl::StrSplit(wire, '|');
    Seen seen{parts.at(0), parts.at(1), {}};
    for (const absl::string_view pair :
         absl::StrSplit(parts.at(2), ',', absl::SkipEmpty())) {
      const std::vector<std::string> sides = absl::StrSplit(pair, '=');
      std::uint64_t version = 0;
      if (absl::SimpleAtoi(sides.at(1), &version)) {
        seen.versions[sides[0]] = version;
      }
    }
    return seen;
  }

  // How often the attempts of one span ran.
  int Executions(absl::string_view traceparent) const {
    const auto found = executions_.find(std::string(traceparent));
    return found == executions_.end() ? 0 : found->second;
  }
  int attempts() const { return attempts_; }
  void MakeWell() { faults_ = {0, 0, 0, 0, 0}; }

 private:
  static bool IsRead(const AttemptRequest& request) {
    return request.action->effect == Effect::kRead;
  }

  double Draw() { return std::uniform_real_distribution<>(0, 1)(random_); }
  std::chrono::milliseconds Milliseconds(int least, int most) {
    return std::chrono::milliseconds(
        std::uniform_int_distribution<>(least, most)(random_));
  }

  static Outcome Says(const char* code, absl::StatusCode status) {
    Outcome outcome;
    outcome.code = status;
    outcome.decided_by = DecidedBy::kVendor;
    outcome.reason = code;
    return outcome;
  }

  static Outcome MayHaveRun(const AttemptRequest& request,
                            absl::StatusCode code, const char* reason) {
    const bool write = request.action->effect == Effect::kWrite;
    const bool late = code == absl::StatusCode::kDeadlineExceeded;
    Outcome outcome =
        Refusal(write && !late ? absl::StatusCode::kUnknown : code,
                write ? reason::kOutcomeUnknown : reason, "no answer");
    outcome.ran = Ran::kMaybe;
    return outcome;
  }

  static Outcome Unanswered(const AttemptRequest& request, bool timed_out) {
    if (!timed_out) {
      Outcome outcome = Refusal(absl::StatusCode::kCancelled, "", "cancelled");
      outcome.ran = Ran::kMaybe;
      return outcome;
    }
    return MayHaveRun(request,
                      request.deadline_is_callers
                          ? absl::StatusCode::kDeadlineExceeded
                          : absl::StatusCode::kUnavailable,
                      reason::kUpstreamTimeout);
  }

  std::string Read(const AttemptRequest& request) {
    std::string wire =
        absl::StrCat(request.account->name, "|", request.body, "|");
    const Action& action = *request.action;
    for (const std::string& tag :
         IsRead(request) ? action.reads : action.writes) {
      absl::StrAppend(&wire, tag, "=", versions_[{request.account->name, tag}],
                      ",");
    }
    return wire;
  }

  void Execute(const AttemptRequest& request, const std::string& traceparent) {
    if (IsRead(request)) return;
    ++executions_[traceparent];
    for (const std::string& tag : request.action->writes) {
      ++versions_[{request.account->name, tag}];
    }
  }

  // Not the request itself: it does not outlive the attempt.
  static Detached ExecuteLater(ModelUpstream& self, AttemptRequest request,
                               std::string traceparent) {
    AttemptRequest later;
    later.action = request.action;
    later.account = request.account;
    Cancellation never;
    Sleep sleep = self.loop_.SleepUntil(
        self.loop_.Now() + self.Milliseconds(0, 20'000), never);
    co_await sleep;
    self.Execute(later, traceparent);
  }

  Loop& loop_;
  std::mt19937 random_;
  Faults faults_;
  int attempts_ = 0;
  std::map<std::pair<std::string, std::string>, std::uint64_t> versions_;
  std::map<std::string, int> executions_;  // Of writes, by traceparent.
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_GATEWAY_MODEL_UPSTREAM_H_
