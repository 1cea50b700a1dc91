#ifndef TCGATE_TESTS_REPLIES_REPLIES_FIXTURE_H_
#define TCGATE_TESTS_REPLIES_REPLIES_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "service/replies/replies.h"
#include "service/telemetry/cache_metrics.h"
#include "service/telemetry/metrics.h"
#include "tests/replies/demo_actions.h"
#include "tests/support/virtual_loop.h"

namespace tcgate {

// A success, or what the vendor or the gateway says instead.
inline Answer Says(std::string wire) {
  Answer answer;
  answer.outcome.ran = Ran::kYes;
  answer.outcome.request_id = "11111111-2222-3333-4444-555555555555";
  answer.wire = std::make_shared<const std::string>(std::move(wire));
  answer.attempts = 1;
  return answer;
}
inline Answer Fails(absl::StatusCode code, DecidedBy by = DecidedBy::kGateway) {
  Answer answer;
  answer.outcome.code = code;
  answer.outcome.decided_by = by;
  answer.attempts = 3;
  return answer;
}
inline Answer NotThere() {
  return Fails(absl::StatusCode::kNotFound, DecidedBy::kVendor);
}

// The three ways of `Get`, so that a test names the one that it expects.
class RepliesTest : public testing::Test {
 protected:
  RepliesTest() {
    limits_.bytes = 1 << 20;
    // Every read, 10 s.
    limits_.ttl.assign(demo_.actions.size(), std::chrono::seconds(10));
    Build();
  }

  void Build() {
    replies_ = std::make_unique<Replies>(demo_.actions, 2, limits_, clock_,
                                         virtual_.loop, metrics_.cache());
  }

  ReplyRequest Read(const Action& action, absl::string_view body = "{}") const {
    ReplyRequest request;
    request.action = &action;
    request.account = &demo_.one;
    request.region = "ap-guangzhou";
    request.language = "en-US";
    request.body = body;
    request.deadline = clock_.MonoNow() + std::chrono::seconds(30);
    return request;
  }
  ReplyRequest Read() const { return Read(demo_.read_a); }
  ReplyRequest NoCache() const {
    ReplyRequest request = Read();
    request.control.no_cache = true;
    return request;
  }
  ReplyRequest MaxAge(int seconds) const {
    ReplyRequest request = Read();
    request.control.max_age = std::chrono::seconds(seconds);
    return request;
  }

  // What `Get` gives, where it must be this.
  Lead LeadOf(const ReplyRequest& request) {
    auto way = replies_->Get(request);
    EXPECT_TRUE(std::holds_alternative<Lead>(way)) << way.index();
    return std::get<Lead>(std::move(way));
  }
  std::shared_ptr<Flight> JoinOf(const ReplyRequest& request) {
    auto way = replies_->Get(request);
    EXPECT_TRUE(std::holds_alternative<Join>(way)) << way.index();
    return std::get<Join>(std::move(way)).flight;
  }
  // `hit REPLY`, `stale REPLY`, or `none`; by both ways.
  std::string Find(const ReplyRequest& request) {
    const std::optional<Replies::Hit> hit = replies_->Find(request);
    if (!hit.has_value()) return "none";
    const Answer& answer = *hit->answer;
    return std::string(hit->cache) + " " +
           (answer.wire != nullptr
                ? *answer.wire
                : std::string(CodeName(answer.outcome.code)));
  }

  // Leads a flight and ends it.
  void Fill(const ReplyRequest& request, Answer answer) {
    LeadOf(request).ticket.Finish(std::move(answer));
  }
  void Fill(const ReplyRequest& request, const std::string& wire) {
    Fill(request, Says(wire));
  }

  void Sent(const Action& write) {
    replies_->generations().Sent(demo_.one, write);
  }
  void Ended(const Action& write, Ran ran) {
    Outcome outcome;
    outcome.ran = ran;
    if (ran != Ran::kYes) outcome.code = absl::StatusCode::kUnknown;
    replies_->generations().Ended(demo_.one, write, outcome, clock_.MonoNow());
  }
  void Write(const Action& write, Ran ran = Ran::kYes) {
    Sent(write);
    Ended(write, ran);
  }

  bool Shows(const std::string& line) const {
    return metrics_.Render().find("\n" + line + "\n") != std::string::npos;
  }

  DemoActions demo_;
  VirtualLoop virtual_;
  FakeClock& clock_ = virtual_.clock;
  Metrics metrics_{{}};
  ReplyLimits limits_;
  std::unique_ptr<Replies> replies_;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_REPLIES_REPLIES_FIXTURE_H_
