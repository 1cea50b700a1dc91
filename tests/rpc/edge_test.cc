#include "service/rpc/edge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/base/mutex.h"
#include "service/base/random.h"
#include "service/telemetry/trace_context.h"
#include "tests/rpc/client.h"
#include "tests/rpc/edge_fixture.h"
#include "tests/rpc/raw_http2.h"

namespace tcgate {
namespace {

using grpc::StatusCode;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Le;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

class EdgeTest : public EdgeFixture {
 protected:
  // Both ways to an action: a registered method, and the fallback.
  static constexpr const char* kBoth[] = {kRead, kSpare};

  Client client_{address()};
};

TEST_F(EdgeTest, ACallIsAnsweredAndExplained) {
  for (const char* method : kBoth) {
    const ClientAnswer answer = client_.Call(method, "");
    EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
    EXPECT_THAT(answer.messages, ElementsAre(""));
    EXPECT_THAT(answer.trailers,
                AllOf(Contains(Pair("tcgate-cache", "off")),
                      Contains(Pair("tc-request-id", "r-1")),
                      Contains(Pair("tcgate-account", "default")),
                      Contains(Pair("tcgate-region", "ap-singapore")),
                      Contains(Pair("tcgate-attempts", "1")),
                      Contains(Pair("tcgate-queue-ms", "0"))));
  }
}

TEST_F(EdgeTest, EveryCallIsLoggedAndCountedOnce) {
  client_.Call(kRead, "");
  client_.Call(kSpare, "");
  client_.Call("/demo.v1.DemoService/Nothing", "");
  const std::string log = LogText();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 3);
  EXPECT_THAT(log, AllOf(HasSubstr("demo.Look"), HasSubstr("spare.Look"),
                         HasSubstr("UNKNOWN_METHOD"), HasSubstr("127.0.0.1")));
  EXPECT_THAT(metrics_->Render(), AllOf(HasSubstr("action=\"demo.Look\""),
                                        HasSubstr("action=\"unknown\""),
                                        HasSubstr("tcgate_calls_in_flight 0")));
}

TEST_F(EdgeTest, TheLogNamesTheTraceAndTheSpanOfTheClient) {
  CallSettings settings;
  settings.metadata = {
      {"traceparent",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
  client_.Call(kRead, "", settings);
  EXPECT_THAT(
      LogText(),
      AllOf(HasSubstr(R"("trace_id":"4bf92f3577b34da6a3ce929d0e0e4736")"),
            HasSubstr(R"("parent_id":"00f067aa0ba902b7")")));
}

TEST_F(EdgeTest, MetadataReachesTheUpstream) {
  const std::string parent =
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  CallSettings settings;
  settings.metadata = {{"tcgate-region", "eu-frankfurt"},
                       {"traceparent", parent}};
  client_.Call(kRead, "", settings);
  EXPECT_EQ(upstream_.seen().at(0).region, "eu-frankfurt");
  // A span of its own, in the client's trace.
  const std::string sent = upstream_.seen().at(0).traceparent;
  EXPECT_EQ(TraceId(sent), TraceId(parent));
  EXPECT_NE(SpanId(sent), SpanId(parent));
}

// gRPC ends the process over trailers that are no header text.
TEST_F(EdgeTest, AnAccountMayHaveAnyName) {
  account_.name = "\xE6\xB5\x8B\r\n";
  account_.region = "b\xC3\xA9";
  const ClientAnswer answer = client_.Call(kRead, "");
  EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
  EXPECT_THAT(answer.trailers, Contains(Pair("tcgate-account", "?????")));
}

TEST_F(EdgeTest, InvalidMetadataIsRefusedWithDetails) {
  CallSettings settings;
  settings.metadata = {{"tcgate-idempotency-key", "not a key"}};
  const ClientAnswer answer = client_.Call(kRead, "", settings);
  EXPECT_EQ(answer.status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(answer.reason(), "INVALID_REQUEST");
  EXPECT_EQ(answer.domain(), "tcgate");
  EXPECT_THAT(answer.status.error_message(),
              HasSubstr("tcgate-idempotency-key"));
  EXPECT_THAT(answer.trailers, Contains(Pair("tcgate-cache", "off")));
  EXPECT_THAT(answer.trailers, Contains(Pair("tcgate-attempts", "0")));
  EXPECT_THAT(answer.trailers, Not(Contains(Key("tcgate-account"))));
  EXPECT_THAT(upstream_.seen(), IsEmpty());
}

TEST_F(EdgeTest, ACallWithoutAMessageIsRefused) {
  for (const char* method : kBoth) {
    const ClientAnswer answer = client_.Stream(method, {});
    EXPECT_EQ(answer.status.error_code(), StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(answer.status.error_message(), HasSubstr("message"));
  }
  EXPECT_THAT(upstream_.seen(), IsEmpty());
}

// A message whose length prefix says five bytes and that has two, or that is
// cut within the prefix: to read it as the empty message would run it.
TEST_F(EdgeTest, ACutMessageIsNeverExecuted) {
  for (const char* method : kBoth) {
    for (const std::string& data :
         {std::string("\0\0\0\0\5ab", 7), std::string("\0\0", 2)}) {
      const std::string received = RawCall(address(), method, data);
      EXPECT_THAT(TrailerOf(received, "grpc-status"), Not("0"));
      EXPECT_THAT(TrailerOf(received, "grpc-status"), Not("(none)"));
    }
  }
  EXPECT_THAT(upstream_.seen(), IsEmpty());
}

TEST_F(EdgeTest, OfTwoMessagesTheFirstCounts) {
  for (const char* method : kBoth) {
    const ClientAnswer answer = client_.Stream(method, {"", ""});
    EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
    EXPECT_THAT(answer.messages, SizeIs(1));
  }
  EXPECT_THAT(upstream_.seen(), SizeIs(2));
}

TEST_F(EdgeTest, AnUnknownServiceIsToldApartFromAnUnknownMethod) {
  const ClientAnswer method = client_.Call("/demo.v1.DemoService/Lok", "");
  EXPECT_EQ(method.status.error_code(), StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(method.reason(), "UNKNOWN_METHOD");
  EXPECT_THAT(method.status.error_message(),
              AllOf(HasSubstr("no method Lok"), HasSubstr("Look"),
                    HasSubstr("tcgate list")));

  const ClientAnswer service = client_.Call("/demo.v2.DemoService/Look", "");
  EXPECT_EQ(service.status.error_code(), StatusCode::UNIMPLEMENTED);
  EXPECT_THAT(service.status.error_message(),
              AllOf(HasSubstr("no service demo.v2.DemoService"),
                    HasSubstr("demo.v1.DemoService")));
  EXPECT_THAT(service.error_info().metadata(),
              AllOf(Contains(Pair("service", "demo.v2.DemoService")),
                    Contains(Pair("method", "Look"))));
}

TEST_F(EdgeTest, AMessageOverTheLimitIsRefusedWithDetails) {
  EdgeOptions options = Defaults();
  options.request_bytes = 1000;
  Restart(options);
  Client client(address());
  for (const char* method : kBoth) {
    const ClientAnswer over = client.Call(method, std::string(1001, 'x'));
    EXPECT_EQ(over.status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(over.reason(), "REQUEST_TOO_LARGE");
    // At the limit it is read, and found to be no message.
    const ClientAnswer at = client.Call(method, std::string(1000, 'x'));
    EXPECT_EQ(at.status.error_code(), StatusCode::INVALID_ARGUMENT);
    // Far over it gRPC refuses before the handler, with a bare status.
    const ClientAnswer far = client.Call(method, std::string(2 << 20, 'x'));
    EXPECT_EQ(far.status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(far.reason(), "");
  }
}

TEST_F(EdgeTest, ACompressedRequestIsRefusedByGrpc) {
  CallSettings settings;
  settings.compress = true;
  const ClientAnswer answer =
      client_.Call(kRead, std::string(10'000, 'x'), settings);
  EXPECT_EQ(answer.status.error_code(), StatusCode::UNIMPLEMENTED);
  EXPECT_THAT(upstream_.seen(), IsEmpty());
}

TEST_F(EdgeTest, NoDeadlineIsThirtySeconds) {
  client_.Call(kWrite, "");
  const auto left = upstream_.seen().at(0).deadline - SystemClock().MonoNow();
  EXPECT_THAT(left, AllOf(Ge(seconds(15)), Le(seconds(30))));
}

TEST_F(EdgeTest, ADeadlineOfTheClientHolds) {
  CallSettings settings;
  settings.deadline = seconds(100);
  client_.Call(kWrite, "", settings);
  const auto left = upstream_.seen().at(0).deadline - SystemClock().MonoNow();
  EXPECT_THAT(left, AllOf(Ge(seconds(80)), Le(seconds(101))));
}

TEST_F(EdgeTest, AnExpiredDeadlineIsRefused) {
  const std::string received =
      RawCall(address(), kRead, std::string(5, '\0'), {{"grpc-timeout", "0m"}});
  EXPECT_EQ(TrailerOf(received, "grpc-status"), "4");
  EXPECT_THAT(upstream_.seen(), IsEmpty());
}

TEST_F(EdgeTest, AClientThatCancelsCancelsUpstream) {
  upstream_.Hold();
  int seen = 0;
  for (const char* method : kBoth) {
    const auto cancel = client_.Start(method, "", [](const ClientAnswer&) {});
    upstream_.WaitForAttempts(static_cast<std::size_t>(++seen));
    cancel();
    upstream_.WaitForCancelled(seen);
  }
}

TEST_F(EdgeTest, AThousandCallsAtOnceAreAnswered) {
  constexpr int kCalls = 1000, kClients = 8;
  upstream_.Hold();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<Client>(address()));
  }
  Mutex mu;
  std::condition_variable_any changed;
  int ended = 0, ok = 0;
  for (int i = 0; i < kCalls; ++i) {
    clients[static_cast<std::size_t>(i % kClients)]->Start(
        kWrite, "", [&](const ClientAnswer& answer) {
          MutexLock lock(mu);
          ++ended;
          ok += answer.status.ok() ? 1 : 0;
          changed.notify_all();
        });
  }
  upstream_.WaitForAttempts(kCalls);
  upstream_.Release();
  MutexLock lock(mu);
  while (ended < kCalls) changed.wait(mu);
  EXPECT_EQ(ok, kCalls);
}

TEST_F(EdgeTest, AnEdgeThatGoesEndsItsCalls) {
  upstream_.Hold();
  Mutex mu;
  std::condition_variable_any changed;
  std::vector<ClientAnswer> answers;
  for (const char* method : {kRead, kWrite, kSpare}) {
    client_.Start(method, "", [&](ClientAnswer answer) {
      MutexLock lock(mu);
      answers.push_back(std::move(answer));
      changed.notify_all();
    });
  }
  upstream_.WaitForAttempts(3);
  edge_.reset();
  MutexLock lock(mu);
  while (answers.size() < 3) changed.wait(mu);
  for (const ClientAnswer& answer : answers) {
    EXPECT_THAT(answer.status.error_code(),
                testing::AnyOf(StatusCode::UNAVAILABLE, StatusCode::UNKNOWN));
  }
}

TEST(EdgeStartTest, AMistakeInTheOptionsIsNamed) {
  // The arguments are not looked at before the options are found good.
  auto catalog = Catalog::Build({});
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  Tables tables;
  const Access access({}, (*catalog)->actions());
  WakePoller poller;
  Loop loop(SystemClock(), poller);
  HeldUpstream upstream(loop);
  Metrics metrics({});
  Gateway gateway(**catalog, tables, access, upstream, loop, SystemClock(),
                  SystemRandom(), metrics, {});
  AccessLog log(2, AccessLog::Level::kErrors);
  EdgeOptions options;
  options.listen = {{"0.0.0.0:0", {}}};
  const auto open = Edge::Start(options, **catalog, gateway, metrics, log);
  EXPECT_THAT(std::string(open.status().message()), HasSubstr("0.0.0.0:0"));
  options.listen = {{"127.0.0.1:0", {}}};
  options.products = {"nothing"};
  const auto unknown = Edge::Start(options, **catalog, gateway, metrics, log);
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("nothing"));
}

}  // namespace
}  // namespace tcgate
