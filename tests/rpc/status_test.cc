#include "service/rpc/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tcgate/wire/v1/status.pb.h"

namespace tcgate {
namespace {

namespace pb = tcgate::wire::v1;
using std::chrono::milliseconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

pb::Status DetailsOf(const grpc::Status& status) {
  pb::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

// Returns the detail `google.rpc.<name>` of `status`, which must be there.
template <typename Message>
Message Detail(const grpc::Status& status, const std::string& name) {
  Message message;
  const pb::Status details = DetailsOf(status);
  for (const auto& any : details.details()) {
    if (any.type_url() != "type.googleapis.com/google.rpc." + name) continue;
    EXPECT_TRUE(message.ParseFromString(any.value()));
    return message;
  }
  ADD_FAILURE() << "no " << name;
  return message;
}

TEST(ToGrpcStatusTest, SuccessHasNoDetails) {
  const grpc::Status status = ToGrpcStatus({});
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.error_details(), "");
}

TEST(ToGrpcStatusTest, ARefusalOfTheGatewaySaysSo) {
  const grpc::Status status = ToGrpcStatus(Refusal(
      absl::StatusCode::kPermissionDenied, reason::kNotAllowed, "may not"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(status.error_message(), "may not");
  EXPECT_EQ(DetailsOf(status).code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(DetailsOf(status).message(), "may not");
  const auto info = Detail<pb::ErrorInfo>(status, "ErrorInfo");
  EXPECT_EQ(info.domain(), "tcgate");
  EXPECT_EQ(info.reason(), "NOT_ALLOWED");
  EXPECT_EQ(DetailsOf(status).details_size(), 1);
}

TEST(ToGrpcStatusTest, AVendorsErrorHasAllThatIsKnown) {
  Outcome outcome;
  outcome.code = absl::StatusCode::kResourceExhausted;
  outcome.decided_by = DecidedBy::kVendor;
  outcome.reason = "RequestLimitExceeded";
  outcome.message = "slower";
  outcome.request_id = "r-1";
  outcome.metadata.emplace_back("limit", "20");
  outcome.violations.push_back({"Filter.Limits[2]", "too many"});
  outcome.retry_after = milliseconds(1250);
  const grpc::Status status = ToGrpcStatus(outcome);

  const auto info = Detail<pb::ErrorInfo>(status, "ErrorInfo");
  EXPECT_EQ(info.domain(), "tencentcloudapi.com");
  EXPECT_EQ(info.reason(), "RequestLimitExceeded");
  EXPECT_THAT(info.metadata(), Contains(Pair("limit", "20")));
  EXPECT_EQ(Detail<pb::RequestInfo>(status, "RequestInfo").request_id(), "r-1");
  const auto retry = Detail<pb::RetryInfo>(status, "RetryInfo");
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
  EXPECT_EQ(retry.retry_delay().nanos(), 250'000'000);
  const auto bad = Detail<pb::BadRequest>(status, "BadRequest");
  ASSERT_EQ(bad.field_violations_size(), 1);
  EXPECT_EQ(bad.field_violations(0).field(), "Filter.Limits[2]");
}

TEST(ToGrpcStatusTest, DetailsStayBelowWhatClientsTake) {
  Outcome outcome = Refusal(absl::StatusCode::kInvalidArgument,
                            reason::kInvalidRequest, std::string(5000, 'm'));
  for (int i = 0; i < 1000; ++i) {
    outcome.violations.push_back({"Field" + std::to_string(i), "is wrong"});
  }
  const grpc::Status status = ToGrpcStatus(outcome);
  EXPECT_LE(status.error_details().size(), kMaxDetailsBytes);
  EXPECT_LE(status.error_message().size(), 1024u);
  // The first faults are kept, as many as there is room for.
  const auto bad = Detail<pb::BadRequest>(status, "BadRequest");
  EXPECT_GT(bad.field_violations_size(), 20);
  EXPECT_EQ(bad.field_violations(0).field(), "Field0");
}

TEST(ToGrpcStatusTest, WhatWouldNotFitIsLeftOutAndTheReasonStays) {
  Outcome outcome =
      Refusal(absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "m");
  outcome.violations.push_back({std::string(1024, 'f'), "d"});
  outcome.violations.push_back({std::string(1024, 'f'), "d"});
  outcome.violations.push_back({std::string(1024, 'f'), "d"});
  const grpc::Status status = ToGrpcStatus(outcome);
  EXPECT_LE(status.error_details().size(), kMaxDetailsBytes);
  EXPECT_EQ(Detail<pb::ErrorInfo>(status, "ErrorInfo").reason(),
            "INVALID_REQUEST");
  EXPECT_EQ(
      Detail<pb::BadRequest>(status, "BadRequest").field_violations_size(), 2);
}

TEST(ToGrpcStatusTest, BytesThatAreNoTextBecomeText) {
  Outcome outcome = Refusal(absl::StatusCode::kUnknown, reason::kInternal,
                            "bad \xFF\r\n byte");
  outcome.violations.push_back({"F\xFF", "d\xFF"});
  const grpc::Status status = ToGrpcStatus(outcome);
  EXPECT_EQ(status.error_message().find('\xFF'), std::string::npos);
  EXPECT_EQ(status.error_message().find('\n'), std::string::npos);
  EXPECT_THAT(status.error_message(), HasSubstr("byte"));
  EXPECT_EQ(DetailsOf(status).details_size(), 2);
}

}  // namespace
}  // namespace tcgate
