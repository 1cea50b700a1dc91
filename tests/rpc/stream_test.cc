// Actions that stream, as their clients see them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/rpc/client.h"
#include "tests/rpc/edge_fixture.h"

namespace tcgate {
namespace {

using grpc::StatusCode;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class EdgeStreamTest : public EdgeFixture {
 protected:
  // Both ways to an action: a registered method, and the fallback.
  static constexpr const char* kBoth[] = {kWatch, kSpareWatch};

  // Returns once `done` is true; false after ten seconds.
  template <typename Predicate>
  static bool Eventually(Predicate done) {
    const MonoTime latest = SystemClock().MonoNow() + seconds(10);
    while (!done()) {
      if (SystemClock().MonoNow() > latest) return false;
      std::this_thread::sleep_for(milliseconds(5));
    }
    return true;
  }

  Client client_{address()};
};

TEST_F(EdgeStreamTest, MessagesComeInOrderAndTheEndIsExplained) {
  upstream_.SetStream(3, 0, {});
  for (const char* method : kBoth) {
    OpenStream stream(client_, method);
    stream.Write("");
    stream.CloseOurSide();
    EXPECT_EQ(stream.Read(), "0 ");
    EXPECT_EQ(stream.Read(), "1 ");
    EXPECT_EQ(stream.Read(), "2 ");
    EXPECT_EQ(stream.Read(), std::nullopt);
    EXPECT_TRUE(stream.Finish().ok());
    EXPECT_THAT(stream.trailers(),
                AllOf(Contains(Pair("tcgate-attempts", "1")),
                      Contains(Pair("tcgate-account", "default"))));
  }
  EXPECT_THAT(LogText(), HasSubstr(R"("reply_bytes":6,"events":3)"));
}

TEST_F(EdgeStreamTest, AStreamMayBeEmpty) {
  upstream_.SetStream(0, 0, {});
  const ClientAnswer answer = client_.Stream(kWatch, {""});
  EXPECT_TRUE(answer.status.ok());
  EXPECT_THAT(answer.messages, IsEmpty());
}

TEST_F(EdgeStreamTest, AnErrorBehindMessagesHasItsDetails) {
  Outcome error = Refusal(absl::StatusCode::kResourceExhausted, "", "no more");
  error.decided_by = DecidedBy::kVendor;
  error.reason = "ResourceInsufficient";
  upstream_.SetStream(2, 0, error);
  for (const char* method : kBoth) {
    const ClientAnswer answer = client_.Stream(method, {""});
    EXPECT_THAT(answer.messages, ElementsAre("0 ", "1 "));
    EXPECT_EQ(answer.status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(answer.reason(), "ResourceInsufficient");
    EXPECT_EQ(answer.domain(), "tencentcloudapi.com");
  }
}

TEST_F(EdgeStreamTest, RefusalsAreThoseOfAnyCall) {
  const ClientAnswer none = client_.Stream(kWatch, {});
  EXPECT_EQ(none.reason(), "INVALID_REQUEST");
  const ClientAnswer unknown = client_.Stream(kWatch, {"\x08\x01"});
  EXPECT_EQ(unknown.reason(), "UNKNOWN_FIELD");
  EXPECT_THAT(upstream_.seen(), IsEmpty());
}

TEST_F(EdgeStreamTest, WithoutADeadlineItEndsBeforeItsConnection) {
  EdgeOptions options = Defaults();
  options.max_connection_age_grace = seconds(100);
  Restart(options);
  Client client(address());
  const MonoTime start = SystemClock().MonoNow();
  client.Stream(kWatch, {""});
  const MonoTime end = SystemClock().MonoNow();
  ASSERT_THAT(upstream_.seen(), SizeIs(1));
  EXPECT_GE(upstream_.seen()[0].deadline, start + seconds(99));
  EXPECT_LE(upstream_.seen()[0].deadline, end + seconds(99));
}

TEST_F(EdgeStreamTest, AClientThatDoesNotReadStopsTheStream) {
  constexpr int kMessages = 1000;
  upstream_.SetStream(kMessages, 64 * 1024, {});
  OpenStream stream(client_, kWatch);
  stream.Write("");
  stream.CloseOurSide();
  ASSERT_EQ(stream.Read().value_or("").substr(0, 2), "0 ");
  // Until nothing moves any more: far from all of it.
  int before = 0;
  do {
    before = upstream_.taken();
    std::this_thread::sleep_for(milliseconds(300));
  } while (upstream_.taken() != before);
  EXPECT_LT(before, kMessages / 2);
  for (int i = 1; i < kMessages; ++i) {
    const std::string message = stream.Read().value_or("");
    ASSERT_TRUE(absl::StartsWith(message, absl::StrCat(i, " "))) << i;
    ASSERT_EQ(message.size(), 64U * 1024);
  }
  EXPECT_EQ(stream.Read(), std::nullopt);
  EXPECT_TRUE(stream.Finish().ok());
}

TEST_F(EdgeStreamTest, AClientThatLeavesEndsTheStreamWhileItWaits) {
  upstream_.SetStream(1, 0, {});
  upstream_.Hold();
  auto stream = std::make_unique<OpenStream>(client_, kWatch);
  stream->Write("");
  stream->CloseOurSide();
  EXPECT_EQ(stream->Read(), "0 ");
  stream.reset();
  upstream_.WaitForCancelled(1);
  EXPECT_TRUE(
      Eventually([this] { return absl::StrContains(LogText(), "CANCELLED"); }));
}

TEST_F(EdgeStreamTest, AClientThatLeavesWithoutReadingEndsTheStream) {
  upstream_.SetStream(1000, 64 * 1024, {});
  auto stream = std::make_unique<OpenStream>(client_, kWatch);
  stream->Write("");
  stream->CloseOurSide();
  int before = -1;
  EXPECT_TRUE(Eventually([this, &before] {
    return std::exchange(before, upstream_.taken()) == before && before > 0;
  }));
  stream.reset();
  EXPECT_TRUE(Eventually(
      [this] { return absl::StrContains(LogText(), "\"events\""); }));
  EXPECT_THAT(metrics_->Render(), HasSubstr("tcgate_calls_in_flight 0"));
}

TEST_F(EdgeStreamTest, ADrainEndsStreamsOnceConnectionsHadTheirTime) {
  EdgeOptions options = Defaults();
  options.max_connection_age = milliseconds(300);
  options.drain_timeout = seconds(60);
  Restart(options);
  Client client(address());
  upstream_.SetStream(1, 0, {});
  upstream_.Hold();
  OpenStream stream(client, kWatch);
  stream.Write("");
  stream.CloseOurSide();
  EXPECT_EQ(stream.Read(), "0 ");
  const MonoTime start = SystemClock().MonoNow();
  edge_->Drain();
  EXPECT_LT(SystemClock().MonoNow() - start, seconds(10));
  EXPECT_EQ(stream.Read(), std::nullopt);
  const grpc::Status status = stream.Finish();
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message().find("tcgate"), 0U)
      << status.error_message();
}

TEST_F(EdgeStreamTest, ADrainEndsAStreamThatNobodyReads) {
  EdgeOptions options = Defaults();
  options.max_connection_age = milliseconds(300);
  options.drain_timeout = seconds(60);
  Restart(options);
  Client client(address());
  upstream_.SetStream(1000, 64 * 1024, {});
  OpenStream stream(client, kWatch);
  stream.Write("");
  stream.CloseOurSide();
  EXPECT_EQ(stream.Read().value_or("").substr(0, 2), "0 ");
  const MonoTime start = SystemClock().MonoNow();
  edge_->Drain();
  EXPECT_LT(SystemClock().MonoNow() - start, seconds(10));
}

}  // namespace
}  // namespace tcgate
