// Replies that together are more than may be held.

#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/base/byte_budget.h"
#include "tests/http/curl_client_fixture.h"

namespace tcgate {
namespace {

constexpr std::size_t kMiB = 1 << 20;
constexpr std::size_t kReply = 64 * kMiB;

// Whether memory that was freed is kept, for a sanitizer to find.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TCGATE_SANITIZED
#endif
#endif
#if defined(TCGATE_SANITIZED) || defined(__SANITIZE_ADDRESS__) || \
    defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// The number of KiB that /proc/self/status gives under `name`.
std::size_t StatusBytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::size_t kib = 0;
  while (status >> word) {
    if (word == name) status >> kib;
  }
  return kib * 1024;
}

// From here on VmHWM counts anew.
void ForgetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

TestServer::Handler Large(bool announced) {
  return [announced](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write(
        announced
            ? absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", kReply,
                           "\r\n\r\n")
            : std::string("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
    const std::string part(kMiB, 'x');
    bool open = true;
    for (std::size_t sent = 0; open && sent < kReply; sent += part.size()) {
      open = connection.Write(part);
    }
  };
}

class CurlBudgetTest : public CurlClientTest,
                       public testing::WithParamInterface<bool> {
 protected:
  HttpRequest LargeRequest(const Endpoint& endpoint) {
    HttpRequest request = RequestTo(endpoint);
    request.max_reply_bytes = kReply;
    request.budget = &budget_;
    return request;
  }

  ByteBudget budget_{128 * kMiB};
};

TEST_P(CurlBudgetTest, WhatDoesNotFitIsRefusedAndTheRestIsWhole) {
  TestServer server(Large(GetParam()));
  const Endpoint endpoint = EndpointOf(server);
  ForgetPeak();
  const std::size_t before = StatusBytes("VmRSS:");
  {
    std::vector<HttpResult> results;
    std::deque<Cancellation> cancels(8);
    for (Cancellation& cancel : cancels) {
      SendOne(LargeRequest(endpoint), cancel, cancels.size(), results);
    }
    loop_.Run();
    std::size_t whole = 0;
    for (const HttpResult& result : results) {
      if (result.fault == HttpFault::kNone) {
        EXPECT_EQ(result.body.size(), kReply);
        EXPECT_EQ(result.held.bytes(), result.body.capacity());
        ++whole;
      } else {
        EXPECT_EQ(result.fault, HttpFault::kNoRoom) << result.error;
        EXPECT_TRUE(result.sent);
        EXPECT_EQ(result.body.capacity(), std::string().capacity());
        EXPECT_EQ(result.error, "no room for more of the reply");
      }
    }
    EXPECT_GE(whole, 1u);
    EXPECT_LT(whole, results.size());
    EXPECT_GE(budget_.held(), whole * kReply);
    EXPECT_LE(budget_.held(), whole * (kReply + kReplyPadding));
  }
  EXPECT_EQ(budget_.held(), 0u);
  if (!kSanitized) {
    const std::size_t peak = StatusBytes("VmHWM:");
    EXPECT_LE(peak - before, budget_.most() + 64 * kMiB);
    RecordProperty("peak_mib", static_cast<int>((peak - before) / kMiB));
  }
}

INSTANTIATE_TEST_SUITE_P(AnnouncedOrNot, CurlBudgetTest, testing::Bool());

TEST_F(CurlBudgetTest, OneThatIsCancelledGivesBackWhatItHeld) {
  std::promise<void> begun;
  TestServer server([&](TestServer::Connection& connection) {
    connection.ReadRequest();
    connection.Write("HTTP/1.1 200 OK\r\n\r\n");
    connection.Write(std::string(kMiB, 'x'));
    begun.set_value();
    connection.WaitForClose();
  });
  const Endpoint endpoint = EndpointOf(server);
  Cancellation cancel;
  std::vector<HttpResult> results;
  SendOne(LargeRequest(endpoint), cancel, 1, results);
  std::thread canceller([&] {
    begun.get_future().wait();
    loop_.Post([&cancel] { cancel.Request(); });
  });
  loop_.Run();
  canceller.join();
  EXPECT_EQ(results.front().fault, HttpFault::kCancelled);
  results.clear();
  EXPECT_EQ(budget_.held(), 0u);
}

}  // namespace
}  // namespace tcgate
