#include "tests/rpc/edge_fixture.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/base/random.h"
#include "tests/catalog/compile.h"
#include "tests/catalog/demo.h"

namespace tcgate {
namespace {

constexpr char kSpareProduct[] =
    R"(code: "spare" version: "2024-05-06" mainland_host: "spare.example")";

constexpr char kMethods[] = R"(
    // Looks.
    rpc Look(In) returns (Out) {
      option (tcgate.options.v1.action) = { effect: EFFECT_READ limit: {calls: 100000} };
    }
    // Acts.
    rpc Act(In) returns (Out) {
      option (tcgate.options.v1.action) = { effect: EFFECT_WRITE limit: {calls: 100000} };
    }
    // Watches.
    rpc Watch(In) returns (stream Out) {
      option (tcgate.options.v1.action) = { effect: EFFECT_READ sse: true limit: {calls: 100000} };
    })";

std::vector<std::string> Labels(const Catalog& catalog) {
  std::vector<std::string> labels;
  for (const Action& action : catalog.actions()) {
    labels.push_back(action.label);
  }
  return labels;
}

}  // namespace

void WakePoller::Wait(std::chrono::milliseconds most) {
  MutexLock lock(mu_);
  // Long enough for any test; the end of time would overflow.
  constexpr std::chrono::milliseconds kLongest{60'000};
  if (!woken_) changed_.wait_for(mu_, std::min(most, kLongest));
  woken_ = false;
}

void WakePoller::Wake() {
  MutexLock lock(mu_);
  woken_ = true;
  changed_.notify_one();
}

Task<AttemptResult> HeldUpstream::Attempt(AttemptRequest request,
                                          Cancellation& cancel) {
  bool hold = false;
  {
    MutexLock lock(mu_);
    seen_.push_back({std::string(request.region),
                     std::string(request.traceparent), request.deadline});
    hold = hold_;
    changed_.notify_all();
  }
  AttemptResult result;
  result.outcome.ran = Ran::kYes;
  result.outcome.request_id = "r-1";
  if (!hold) co_return result;

  Wait answered(loop_, request.deadline, cancel);
  kept_.push_back(&answered);
  const WokenBy woken_by = co_await answered;
  std::erase(kept_, &answered);
  if (woken_by == WokenBy::kNotify) co_return result;
  result.outcome = Refusal(absl::StatusCode::kCancelled, "CANCELLED", "left");
  result.outcome.ran = Ran::kMaybe;
  MutexLock lock(mu_);
  ++cancelled_;
  changed_.notify_all();
  co_return result;
}

Task<AttemptResult> HeldUpstream::Stream(AttemptRequest request,
                                         EventSink& sink,
                                         Cancellation& cancel) {
  int messages = 0;
  std::size_t bytes = 0;
  Outcome end;
  {
    MutexLock lock(mu_);
    messages = messages_;
    bytes = message_bytes_;
    end = stream_outcome_;
  }
  for (int i = 0; i < messages; ++i) {
    std::string wire = absl::StrCat(i, " ");
    wire.resize(std::max(wire.size(), bytes), '.');
    Task<bool> sending = sink.Send(std::move(wire));
    const bool taken = co_await sending;
    if (!taken) break;
    MutexLock lock(mu_);
    ++taken_;
    changed_.notify_all();
  }
  Task<AttemptResult> ending = Attempt(request, cancel);
  AttemptResult result = co_await ending;
  if (result.outcome.ok()) result.outcome = std::move(end);
  co_return result;
}

void HeldUpstream::SetStream(int messages, std::size_t bytes, Outcome outcome) {
  MutexLock lock(mu_);
  messages_ = messages;
  message_bytes_ = bytes;
  stream_outcome_ = std::move(outcome);
}

int HeldUpstream::taken() {
  MutexLock lock(mu_);
  return taken_;
}

void HeldUpstream::Hold() {
  MutexLock lock(mu_);
  hold_ = true;
}

void HeldUpstream::Release() {
  {
    MutexLock lock(mu_);
    hold_ = false;
  }
  loop_.Post([this] {
    while (!kept_.empty()) kept_.back()->Notify();
  });
}

void HeldUpstream::WaitForAttempts(std::size_t count) {
  MutexLock lock(mu_);
  while (seen_.size() < count) changed_.wait(mu_);
}

void HeldUpstream::WaitForCancelled(int count) {
  MutexLock lock(mu_);
  while (cancelled_ < count) changed_.wait(mu_);
}

std::vector<HeldUpstream::Seen> HeldUpstream::seen() {
  MutexLock lock(mu_);
  return seen_;
}

EdgeFixture::EdgeFixture() : log_fd_(memfd_create("access log", MFD_CLOEXEC)) {
  auto catalog = Catalog::Build(
      {Compile("demo.proto", Demo(kMethods)),
       Compile("spare.proto", Demo(kMethods, kSpareProduct, "spare.v1"))});
  if (!catalog.ok()) ADD_FAILURE() << catalog.status();
  catalog_ = *std::move(catalog);

  account_.name = "default";
  account_.quota_group = "default";
  account_.region = "ap-singapore";
  CallerRule rule;
  rule.anonymous = true;
  rule.account = &account_;
  rule.actions = {"*"};
  CallerRule named = rule;
  named.anonymous = false;
  named.id = "spiffe://example.org/*";
  access_ = std::make_unique<Access>(std::vector<CallerRule>{rule, named},
                                     catalog_->actions());
  metrics_ = std::make_unique<Metrics>(Labels(*catalog_));
  GatewayOptions options;
  options.admission.calls = 2000;
  options.quota.waiting_calls = 2000;
  gateway_ = std::make_unique<Gateway>(*catalog_, tables_, *access_, upstream_,
                                       loop_, SystemClock(), SystemRandom(),
                                       *metrics_, std::move(options));
  access_log_ = std::make_unique<AccessLog>(log_fd_, AccessLog::Level::kAll);
  loop_thread_ = std::thread([this] { loop_.Run(); });
  Restart(Defaults());
}

EdgeFixture::~EdgeFixture() {
  edge_.reset();
  loop_.Stop();
  loop_thread_.join();
  access_log_.reset();
  close(log_fd_);
}

EdgeOptions EdgeFixture::Defaults() {
  EdgeOptions options;
  options.listen = {{"127.0.0.1:0", {}}};
  options.products = {"demo"};
  return options;
}

void EdgeFixture::Restart(EdgeOptions options) {
  edge_.reset();
  auto edge = Edge::Start(std::move(options), *catalog_, *gateway_, *metrics_,
                          *access_log_);
  if (!edge.ok()) ADD_FAILURE() << edge.status();
  edge_ = *std::move(edge);
}

std::string EdgeFixture::LogText() {
  access_log_->Flush();
  std::string text(static_cast<std::size_t>(lseek(log_fd_, 0, SEEK_END)), ' ');
  EXPECT_EQ(pread(log_fd_, text.data(), text.size(), 0),
            static_cast<ssize_t>(text.size()));
  return text;
}

}  // namespace tcgate
