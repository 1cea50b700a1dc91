#ifndef TCGATE_TESTS_RPC_EDGE_FIXTURE_H_
#define TCGATE_TESTS_RPC_EDGE_FIXTURE_H_

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "service/access/access.h"
#include "service/base/mutex.h"
#include "service/catalog/catalog.h"
#include "service/codec/table.h"
#include "service/gateway/gateway.h"
#include "service/http/loop.h"
#include "service/http/poller.h"
#include "service/rpc/edge.h"
#include "service/telemetry/access_log.h"
#include "service/telemetry/metrics.h"
#include "service/upstream/upstream.h"
#include "tests/support/one_host_upstream.h"

namespace tcgate {

// The wait of a loop without sockets and timers: only `Wake` ends it.
class WakePoller final : public Poller {
 public:
  void Wait(std::chrono::milliseconds most) override;
  void RunReady() override {}
  void Wake() override;

 private:
  Mutex mu_;
  std::condition_variable_any changed_;
  bool woken_ ABSL_GUARDED_BY(mu_) = false;
};

// Answers every attempt at once, or keeps it until `Release` or the end of the
// call. Methods but `Attempt` are for the test's threads.
class HeldUpstream final : public OneHostUpstream {
 public:
  explicit HeldUpstream(Loop& loop) : loop_(loop) {}

  Task<AttemptResult> Attempt(AttemptRequest request,
                              Cancellation& cancel) override;
  // Sends as many of the messages "0", "1", ... as were asked for, then ends as
  // an attempt does.
  Task<AttemptResult> Stream(AttemptRequest request, EventSink& sink,
                             Cancellation& cancel) override;

  // From now on a stream has so many messages of so many bytes, and ends as
  // `outcome`.
  void SetStream(int messages, std::size_t bytes, Outcome outcome);
  // Messages that clients have taken.
  int taken();

  // From now on attempts are kept.
  void Hold();
  // Answers what is kept, and what follows.
  void Release();

  struct Seen {
    std::string region;
    std::string traceparent;
    MonoTime deadline;
  };

  void WaitForAttempts(std::size_t count);
  void WaitForCancelled(int count);
  std::vector<Seen> seen();

 private:
  Loop& loop_;
  std::vector<Wait*> kept_;  // Lives on the loop's thread.
  Mutex mu_;
  std::condition_variable_any changed_;
  bool hold_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<Seen> seen_ ABSL_GUARDED_BY(mu_);
  int cancelled_ ABSL_GUARDED_BY(mu_) = 0;
  int messages_ ABSL_GUARDED_BY(mu_) = 0;
  std::size_t message_bytes_ ABSL_GUARDED_BY(mu_) = 0;
  Outcome stream_outcome_ ABSL_GUARDED_BY(mu_);
  int taken_ ABSL_GUARDED_BY(mu_) = 0;
};

// The real edge and gateway, on port 0, in front of a `HeldUpstream`. The
// catalogue has two products: `demo` is registered, `spare` is not. Anonymous
// callers on this machine and those of spiffe://example.org may call all of it.
class EdgeFixture : public testing::Test {
 protected:
  static constexpr char kRead[] = "/demo.v1.DemoService/Look";
  static constexpr char kWrite[] = "/demo.v1.DemoService/Act";
  static constexpr char kWatch[] = "/demo.v1.DemoService/Watch";
  static constexpr char kSpare[] = "/spare.v1.DemoService/Look";
  static constexpr char kSpareWatch[] = "/spare.v1.DemoService/Watch";

  EdgeFixture();
  ~EdgeFixture() override;

  // For tests that want other options. Others find the edge started.
  void Restart(EdgeOptions options);
  static EdgeOptions Defaults();

  std::string address() const { return edge_->addresses().at(0); }

  // What the access log says so far, a line a call.
  std::string LogText();

  std::unique_ptr<const Catalog> catalog_;
  Tables tables_;
  Account account_;
  std::unique_ptr<Access> access_;
  WakePoller poller_;
  Loop loop_{SystemClock(), poller_};
  HeldUpstream upstream_{loop_};
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Gateway> gateway_;
  int log_fd_;
  std::unique_ptr<AccessLog> access_log_;
  std::unique_ptr<Edge> edge_;
  std::thread loop_thread_;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_RPC_EDGE_FIXTURE_H_
