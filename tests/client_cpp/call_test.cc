// What one call carries, how it is cancelled, and what is read when it ended.

#include <gmock/gmock.h>

#include <chrono>
#include <future>
#include <stop_token>
#include <string>

#include "tcgate/client/call_options.h"
#include "tcgate/client/cancel_on.h"
#include "tcgate/client/channel.h"
#include "tcgate/client/explanation.h"
#include "tests/client_cpp/scripted_server.h"

namespace tcgate::client {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr char kTraceparent[] =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class CallTest : public testing::Test {
 protected:
  CallTest()
      : server_("127.0.0.1:0", grpc::InsecureServerCredentials()),
        channel_(*Connect("127.0.0.1:" + std::to_string(server_.port()))) {}

  ScriptedServer server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(CallTest, CarriesItsOptions) {
  CallOptions options;
  options.account = "spare";
  options.region = "ap-guangzhou";
  options.language = "zh-CN";
  options.empty_lists = {"Filter.Tags", "Ids"};
  options.traceparent = kTraceparent;
  grpc::ClientContext context;
  ASSERT_TRUE(Apply(options, context).ok());
  EXPECT_TRUE(Call(channel_, "/a.B/C", context).ok());
  const SeenCall seen = server_.calls().at(0);
  EXPECT_TRUE(seen.has_deadline);
  EXPECT_THAT(seen.metadata, Contains(Pair("tcgate-account", "spare")));
  EXPECT_THAT(seen.metadata, Contains(Pair("tcgate-region", "ap-guangzhou")));
  EXPECT_THAT(seen.metadata, Contains(Pair("tcgate-language", "zh-CN")));
  EXPECT_THAT(seen.metadata,
              Contains(Pair("tcgate-empty-list", "Filter.Tags,Ids")));
  EXPECT_THAT(seen.metadata, Contains(Pair("traceparent", kTraceparent)));
}

TEST_F(CallTest, CarriesNothingThatIsEmpty) {
  CallOptions options;
  options.timeout = std::chrono::milliseconds(0);
  grpc::ClientContext context;
  ASSERT_TRUE(Apply(options, context).ok());
  EXPECT_TRUE(Call(channel_, "/a.B/C", context).ok());
  const SeenCall seen = server_.calls().at(0);
  EXPECT_FALSE(seen.has_deadline);
  EXPECT_THAT(seen.metadata,
              Not(Contains(Pair(HasSubstr("tcgate"), testing::_))));
  EXPECT_THAT(seen.metadata, Not(Contains(Pair("traceparent", testing::_))));
}

TEST_F(CallTest, HasADeadlineEvenIfEndless) {
  CallOptions options;
  options.timeout = std::chrono::milliseconds::max();
  grpc::ClientContext context;
  ASSERT_TRUE(Apply(options, context).ok());
  EXPECT_TRUE(Call(channel_, "/a.B/C", context).ok());
  EXPECT_TRUE(server_.calls().at(0).has_deadline);
}

TEST(CallOptionsTest, RefusesWhatMetadataCannotHold) {
  CallOptions rows[7];
  rows[0].region = "ap\r\nx-other: 1";
  rows[1].language = "zh CN";
  rows[2].traceparent = std::string("00\0", 3);
  rows[3].empty_lists = {"A,B"};
  rows[4].empty_lists = {""};
  rows[5].timeout = std::chrono::milliseconds(-1);
  rows[6].account = "a b";
  for (const CallOptions& row : rows) {
    grpc::ClientContext context;
    EXPECT_EQ(Apply(row, context).code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(CallTest, IsExplained) {
  server_.trailers = {
      {"tcgate-cache", "hit"},       {"tcgate-age", "7"},
      {"tcgate-attempts", "2"},      {"tcgate-queue-ms", "15"},
      {"tcgate-account", "default"}, {"tcgate-region", "ap-guangzhou"},
      {"tc-request-id", "r-1"}};
  grpc::ClientContext context;
  EXPECT_TRUE(Call(channel_, "/a.B/C", context).ok());
  const Explanation found = ReadExplanation(context);
  EXPECT_EQ(found.cache, "hit");
  EXPECT_EQ(found.age, std::chrono::seconds(7));
  EXPECT_EQ(found.attempts, 2);
  EXPECT_EQ(found.queued, std::chrono::milliseconds(15));
  EXPECT_EQ(found.account, "default");
  EXPECT_EQ(found.region, "ap-guangzhou");
  EXPECT_EQ(found.request_id, "r-1");
}

TEST_F(CallTest, IsExplainedByNothingWhereNothingIsSaid) {
  server_.trailers = {{"tcgate-attempts", "many"}, {"tcgate-age", ""}};
  grpc::ClientContext context;
  EXPECT_TRUE(Call(channel_, "/a.B/C", context).ok());
  const Explanation found = ReadExplanation(context);
  EXPECT_EQ(found.cache, "");
  EXPECT_EQ(found.age, std::nullopt);
  EXPECT_EQ(found.attempts, 0);
}

TEST_F(CallTest, IsCancelledByAStop) {
  server_.answers = false;
  std::stop_source stop;
  grpc::ClientContext context;
  CancelOn cancel(stop.get_token(), context);
  auto ended = std::async(std::launch::async, [this, &context] {
    return Call(channel_, "/a.B/C", context);
  });
  stop.request_stop();  // Before, while or after the call starts: all the same.
  ASSERT_EQ(ended.wait_for(std::chrono::seconds(30)),
            std::future_status::ready);
  EXPECT_EQ(ended.get().error_code(), grpc::CANCELLED);
}

TEST_F(CallTest, IsNotCancelledOnceTheBondIsGone) {
  std::stop_source stop;
  grpc::ClientContext context;
  {
    const CancelOn cancel(stop.get_token(), context);
  }
  stop.request_stop();
  EXPECT_TRUE(Call(channel_, "/a.B/C", context).ok());
}

}  // namespace
}  // namespace tcgate::client
