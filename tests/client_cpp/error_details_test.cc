#include "tcgate/client/error_details.h"

#include <gmock/gmock.h>

#include <string>

#include "tcgate/wire/v1/status.pb.h"

namespace tcgate::client {
namespace {

namespace pb = ::tcgate::wire::v1;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

void Add(const google::protobuf::Message& detail, pb::Status& status) {
  auto* any = status.add_details();
  any->set_type_url("type.googleapis.com/google.rpc." +
                    detail.GetDescriptor()->name());
  any->set_value(detail.SerializeAsString());
}

grpc::Status Ended(grpc::StatusCode code, const std::string& details) {
  return {code, "for people", details};
}

grpc::Status EndedBy(const std::string& domain, const std::string& reason,
                     grpc::StatusCode code = grpc::StatusCode::UNKNOWN) {
  pb::ErrorInfo info;
  info.set_domain(domain);
  info.set_reason(reason);
  pb::Status status;
  Add(info, status);
  return Ended(code, status.SerializeAsString());
}

TEST(ReadErrorDetailsTest, ReadsEveryKind) {
  pb::ErrorInfo info;
  info.set_domain("tcgate");
  info.set_reason("OUTCOME_UNKNOWN");
  (*info.mutable_metadata())["cause"] = "UPSTREAM_BROKEN";
  (*info.mutable_metadata())["host"] = "trro.example";
  pb::RequestInfo request;
  request.set_request_id("r-1");
  pb::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(2);
  retry.mutable_retry_delay()->set_nanos(1);
  pb::BadRequest bad;
  for (const char* field : {"Filter.Tags[2]", "PageNum"}) {
    auto* violation = bad.add_field_violations();
    violation->set_field(field);
    violation->set_description("is wrong");
  }
  pb::Status status;
  Add(bad, status);
  Add(retry, status);
  Add(request, status);
  Add(info, status);

  const ErrorDetails details = ReadErrorDetails(
      Ended(grpc::StatusCode::UNKNOWN, status.SerializeAsString()));
  EXPECT_EQ(details.domain, kGateway);
  EXPECT_EQ(details.reason, "OUTCOME_UNKNOWN");
  EXPECT_THAT(details.metadata, ElementsAre(Pair("cause", "UPSTREAM_BROKEN"),
                                            Pair("host", "trro.example")));
  EXPECT_EQ(details.request_id, "r-1");
  // A time to wait at least is rounded up.
  EXPECT_EQ(details.retry_delay, std::chrono::milliseconds(2001));
  ASSERT_EQ(details.violations.size(), 2u);
  EXPECT_EQ(details.violations[0].field, "Filter.Tags[2]");
  EXPECT_EQ(details.violations[0].description, "is wrong");
  EXPECT_EQ(details.violations[1].field, "PageNum");
}

TEST(ReadErrorDetailsTest, LeavesOutWhatCannotBeRead) {
  pb::RetryInfo endless;
  endless.mutable_retry_delay()->set_seconds(INT64_MAX);
  pb::Status status;
  Add(endless, status);
  auto* unknown = status.add_details();
  unknown->set_type_url("type.googleapis.com/google.rpc.Help");
  unknown->set_value("\x0a\x01x");
  auto* damaged = status.add_details();
  damaged->set_type_url("type.googleapis.com/google.rpc.ErrorInfo");
  damaged->set_value("\x0a\x7f");
  for (const std::string& bytes :
       {status.SerializeAsString(), std::string(), std::string("\x1a\x7f"),
        std::string("text")}) {
    const ErrorDetails details =
        ReadErrorDetails(Ended(grpc::StatusCode::INTERNAL, bytes));
    EXPECT_EQ(details.domain, "");
    EXPECT_EQ(details.reason, "");
    EXPECT_EQ(details.retry_delay, std::nullopt);
    EXPECT_THAT(details.violations, IsEmpty());
  }
}

TEST(WriteMayHaveRunTest, OnlyWhoeverKnowsSaysThatItDidNot) {
  struct Row {
    grpc::Status status;
    bool may_have_run;
  };
  const Row rows[] = {
      {grpc::Status::OK, true},
      {EndedBy("tencentcloudapi.com", "FailedOperation"), false},
      {EndedBy("tcgate", "NOT_ALLOWED"), false},
      {EndedBy("tcgate", "UPSTREAM_UNREACHABLE", grpc::UNAVAILABLE), false},
      {EndedBy("tcgate", "SHUTTING_DOWN", grpc::UNAVAILABLE), false},
      {EndedBy("tcgate", "OUTCOME_UNKNOWN"), true},
      {EndedBy("tcgate", "OUTCOME_UNKNOWN", grpc::DEADLINE_EXCEEDED), true},
      {EndedBy("tcgate", "INTERNAL", grpc::INTERNAL), true},
      {EndedBy("tcgate", "", grpc::CANCELLED), true},
      {EndedBy("elsewhere.example", "NOT_ALLOWED"), true},
      // A connection that broke, a deadline that passed here.
      {Ended(grpc::UNAVAILABLE, ""), true},
      {Ended(grpc::DEADLINE_EXCEEDED, ""), true},
      {Ended(grpc::CANCELLED, ""), true},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(WriteMayHaveRun(row.status), row.may_have_run)
        << row.status.error_code() << " "
        << ReadErrorDetails(row.status).reason;
  }
}

}  // namespace
}  // namespace tcgate::client
