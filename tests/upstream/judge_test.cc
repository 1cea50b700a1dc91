#include "service/upstream/judge.h"

#include <chrono>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/upstream/vendor_code_rows.h"

namespace tcgate {
namespace {

using absl::StatusCode;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

constexpr Effect kEffects[] = {Effect::kRead, Effect::kIdempotent,
                               Effect::kWrite};

Action Of(Effect effect) {
  Action action;
  action.effect = effect;
  return action;
}

// How an exchange ended: fault, whether a byte was sent, HTTP status, whether
// the deadline was the caller's; then what must come of it.
struct Row {
  HttpFault fault;
  bool sent;
  int status;
  bool callers;
  const char* reason;
  StatusCode code;        // Of a read or an idempotent action.
  StatusCode write_code;  // Of a write.
};

constexpr StatusCode kUnavailable = StatusCode::kUnavailable;
constexpr StatusCode kUnknown = StatusCode::kUnknown;
constexpr StatusCode kLate = StatusCode::kDeadlineExceeded;

const Row kRows[] = {
    {HttpFault::kName, false, 0, true, reason::kUpstreamUnreachable,
     kUnavailable, kUnavailable},
    {HttpFault::kName, false, 0, false, reason::kUpstreamUnreachable,
     kUnavailable, kUnavailable},
    {HttpFault::kConnect, false, 0, true, reason::kUpstreamUnreachable,
     kUnavailable, kUnavailable},
    {HttpFault::kConnect, false, 0, false, reason::kUpstreamUnreachable,
     kUnavailable, kUnavailable},
    {HttpFault::kTls, false, 0, true, reason::kUpstreamTls, kUnavailable,
     kUnavailable},
    {HttpFault::kTls, false, 0, false, reason::kUpstreamTls, kUnavailable,
     kUnavailable},
    // A TLS fault in the middle of an exchange says nothing of the action.
    {HttpFault::kTls, true, 0, true, reason::kUpstreamTls, kUnavailable,
     kUnknown},
    {HttpFault::kTimeout, false, 0, false, reason::kUpstreamUnreachable,
     kUnavailable, kUnavailable},
    {HttpFault::kTimeout, true, 0, false, reason::kUpstreamTimeout,
     kUnavailable, kUnknown},
    {HttpFault::kTimeout, false, 0, true, reason::kDeadlineTooShort, kLate,
     kLate},
    {HttpFault::kTimeout, true, 0, true, reason::kUpstreamTimeout, kLate,
     kLate},
    {HttpFault::kBroken, false, 0, true, reason::kUpstreamBroken, kUnavailable,
     kUnavailable},
    {HttpFault::kBroken, true, 0, true, reason::kUpstreamBroken, kUnavailable,
     kUnknown},
    {HttpFault::kBroken, true, 200, false, reason::kUpstreamBroken,
     kUnavailable, kUnknown},
    {HttpFault::kTooLarge, true, 200, true, reason::kReplyTooLarge,
     StatusCode::kResourceExhausted, kUnknown},
    {HttpFault::kTooLarge, true, 200, false, reason::kReplyTooLarge,
     StatusCode::kResourceExhausted, kUnknown},
    {HttpFault::kNoRoom, true, 200, true, reason::kOverloaded,
     StatusCode::kResourceExhausted, kUnknown},
    {HttpFault::kNoRoom, true, 200, false, reason::kOverloaded,
     StatusCode::kResourceExhausted, kUnknown},
    {HttpFault::kCancelled, false, 0, true, "CANCELLED", StatusCode::kCancelled,
     StatusCode::kCancelled},
    {HttpFault::kCancelled, true, 0, true, "CANCELLED", StatusCode::kCancelled,
     kUnknown},
    {HttpFault::kNone, true, 200, true, reason::kReplyInvalid,
     StatusCode::kInternal, kUnknown},
    {HttpFault::kNone, true, 200, false, reason::kReplyInvalid,
     StatusCode::kInternal, kUnknown},
    {HttpFault::kNone, true, 502, true, reason::kUpstreamBroken, kUnavailable,
     kUnknown},
    {HttpFault::kNone, true, 302, false, reason::kUpstreamBroken, kUnavailable,
     kUnknown},
    {HttpFault::kNone, true, 429, true, reason::kUpstreamBroken, kUnavailable,
     kUnknown},
    {HttpFault::kNone, true, 204, true, reason::kUpstreamBroken, kUnavailable,
     kUnknown},
};

class JudgeFaultTest : public testing::TestWithParam<std::tuple<Row, Effect>> {
};

TEST_P(JudgeFaultTest, Table) {
  const auto& [row, effect] = GetParam();
  HttpResult result;
  result.fault = row.fault;
  result.sent = row.sent;
  result.status = row.status;
  const Outcome outcome =
      JudgeFault(result, "api.example.com", Of(effect), row.callers);

  const bool write = effect == Effect::kWrite;
  EXPECT_EQ(outcome.code, write ? row.write_code : row.code);
  EXPECT_EQ(outcome.ran, row.sent ? Ran::kMaybe : Ran::kNo);
  EXPECT_EQ(outcome.decided_by, DecidedBy::kGateway);
  EXPECT_THAT(outcome.message, HasSubstr("api.example.com"));
  EXPECT_THAT(outcome.metadata, Contains(Pair("host", "api.example.com")));
  if (write && row.sent) {
    EXPECT_EQ(outcome.reason, reason::kOutcomeUnknown);
    EXPECT_THAT(outcome.metadata, Contains(Pair("cause", row.reason)));
    EXPECT_THAT(outcome.message, HasSubstr("may have run"));
  } else {
    EXPECT_EQ(outcome.reason, row.reason);
    EXPECT_THAT(outcome.metadata, Not(Contains(Pair("cause", testing::_))));
  }
  // Waiting helps where a repeat may be made, and never a wrong certificate.
  const bool waiting_helps =
      (outcome.code == kUnavailable && row.fault != HttpFault::kTls) ||
      (!write && row.fault == HttpFault::kNoRoom);
  EXPECT_EQ(outcome.retry_after.has_value(), waiting_helps);
  EXPECT_EQ(FaultLabel(result, row.callers), absl::AsciiStrToLower(row.reason));
}

INSTANTIATE_TEST_SUITE_P(All, JudgeFaultTest,
                         testing::Combine(testing::ValuesIn(kRows),
                                          testing::ValuesIn(kEffects)));

TEST(JudgeFault, AWriteThatMayHaveRunIsNeverUnavailable) {
  for (int fault = 0; fault <= static_cast<int>(HttpFault::kCancelled);
       ++fault) {
    for (const int status : {0, 200, 204, 302, 429, 500, 502, 503}) {
      for (const bool callers : {false, true}) {
        HttpResult result;
        result.fault = static_cast<HttpFault>(fault);
        result.sent = true;
        result.status = status;
        const Outcome outcome =
            JudgeFault(result, "h", Of(Effect::kWrite), callers);
        EXPECT_THAT(outcome.code, testing::AnyOf(kUnknown, kLate)) << fault;
        EXPECT_EQ(outcome.reason, reason::kOutcomeUnknown) << fault;
      }
    }
  }
}

TEST(JudgeFault, AWholeAnswerMeansThatSomethingWasSent) {
  HttpResult result;  // `sent` was forgotten.
  result.status = 502;
  EXPECT_EQ(JudgeFault(result, "h", Of(Effect::kWrite), true).ran, Ran::kMaybe);
}

TEST(JudgeFault, WhatIsDynamicInTheMessageIsInTheMetadata) {
  HttpResult result;
  result.sent = true;
  result.status = 502;
  result.error = "proxy said no";
  const Outcome outcome =
      JudgeFault(result, "api.example.com", Of(Effect::kWrite), true);
  EXPECT_THAT(outcome.message, HasSubstr("proxy said no"));
  EXPECT_THAT(outcome.metadata, ElementsAre(Pair("cause", "UPSTREAM_BROKEN"),
                                            Pair("host", "api.example.com"),
                                            Pair("http_status", "502")));
}

TEST(JudgeFault, OnlyWhatHasPagesIsAskedInSmallerOnes) {
  HttpResult result;
  result.fault = HttpFault::kTooLarge;
  result.sent = true;
  Action action = Of(Effect::kRead);
  EXPECT_EQ(JudgeFault(result, "h", action, true).message,
            "h answered with more than limits.reply_bytes: ask for smaller "
            "pages");
  action.sse = true;
  EXPECT_EQ(JudgeFault(result, "h", action, true).message,
            "h answered with more than limits.reply_bytes");
}

TEST(JudgeFault, NoBodyIsInTheMessage) {
  HttpResult result;
  result.sent = true;
  result.status = 502;
  result.body = "<html>Sesame</html>";
  result.content_type = "text/sesame";
  const Outcome outcome = JudgeFault(result, "h", Of(Effect::kRead), true);
  EXPECT_THAT(outcome.message,
              AllOf(Not(HasSubstr("Sesame")), Not(HasSubstr("sesame"))));
}

struct HostRow {
  HttpFault fault;
  int status;
  bool callers;
  int took_ms;
  HostSign sign;
};

class JudgeHostTest : public testing::TestWithParam<HostRow> {};

TEST_P(JudgeHostTest, Table) {
  const HostRow& row = GetParam();
  HttpResult result;
  result.fault = row.fault;
  result.status = row.status;
  EXPECT_EQ(
      JudgeHost(result, row.callers, std::chrono::milliseconds(row.took_ms)),
      row.sign);
}

INSTANTIATE_TEST_SUITE_P(
    All, JudgeHostTest,
    testing::Values(
        HostRow{HttpFault::kName, 0, true, 1, HostSign::kIll},
        HostRow{HttpFault::kConnect, 0, true, 1, HostSign::kIll},
        HostRow{HttpFault::kTls, 0, true, 1, HostSign::kIll},
        HostRow{HttpFault::kBroken, 200, true, 1, HostSign::kIll},
        HostRow{HttpFault::kNone, 200, true, 1, HostSign::kIll},
        HostRow{HttpFault::kNone, 502, true, 1, HostSign::kIll},
        HostRow{HttpFault::kTimeout, 0, false, 1, HostSign::kIll},
        HostRow{HttpFault::kTimeout, 0, true, 1999, HostSign::kNothing},
        HostRow{HttpFault::kTimeout, 0, true, 2000, HostSign::kIll},
        HostRow{HttpFault::kTooLarge, 200, true, 1, HostSign::kWell},
        HostRow{HttpFault::kNoRoom, 200, true, 1, HostSign::kNothing},
        HostRow{HttpFault::kCancelled, 0, true, 9999, HostSign::kNothing}));

// Every documented code and family against each effect.
class JudgeVendorErrorTest
    : public testing::TestWithParam<std::tuple<VendorCodeRow, Effect>> {};

TEST_P(JudgeVendorErrorTest, Table) {
  const auto& [row, effect] = GetParam();
  const Outcome outcome = JudgeVendorError(row.code, "Sorry.", "id-1", effect);
  EXPECT_EQ(outcome.message, "Sorry.");
  EXPECT_EQ(outcome.request_id, "id-1");
  EXPECT_EQ(outcome.ran, row.retry == "idempotent" ? Ran::kMaybe : Ran::kNo);

  if (row.retry == "idempotent" && effect == Effect::kWrite) {
    EXPECT_EQ(outcome.code, kUnknown);
    EXPECT_EQ(outcome.decided_by, DecidedBy::kGateway);
    EXPECT_EQ(outcome.reason, reason::kOutcomeUnknown);
    EXPECT_THAT(outcome.metadata, ElementsAre(Pair("vendor_code", row.code)));
    EXPECT_FALSE(outcome.retry_after.has_value());
    return;
  }
  EXPECT_EQ(CodeName(outcome.code), absl::string_view(row.grpc));
  EXPECT_EQ(outcome.decided_by, DecidedBy::kVendor);
  EXPECT_EQ(outcome.reason, row.code);
  EXPECT_THAT(outcome.metadata, IsEmpty());
  EXPECT_EQ(outcome.retry_after.has_value(),
            row.retry == "backoff" || row.grpc == "UNAVAILABLE");
}

INSTANTIATE_TEST_SUITE_P(All, JudgeVendorErrorTest,
                         testing::Combine(testing::ValuesIn(VendorCodeRows()),
                                          testing::ValuesIn(kEffects)));

TEST(JudgeVendorError, AWriteIsNeverUnavailable) {
  for (const VendorCodeRow& row : VendorCodeRows()) {
    for (const char* rest : {"", ".NotListedAnywhere"}) {
      const Outcome outcome =
          JudgeVendorError(row.code + rest, "", "", Effect::kWrite);
      EXPECT_NE(outcome.code, kUnavailable) << row.code << rest;
    }
  }
}

TEST(JudgeVendorError, ALimitSaysWhenToComeBack) {
  const Outcome outcome = JudgeVendorError(
      "RequestLimitExceeded",
      "Your current request times equals to `21` in a second, which exceeds "
      "the frequency limit `20` for a second.",
      "id", Effect::kWrite);
  EXPECT_EQ(outcome.retry_after, std::chrono::seconds(1));
  EXPECT_THAT(outcome.violations, IsEmpty());
}

TEST(JudgeVendorError, ACodeWithoutAMessageStillSaysWhoFailed) {
  EXPECT_EQ(JudgeVendorError("FailedOperation", "", "", Effect::kRead).message,
            "the vendor answered FailedOperation and no message");
}

struct Naming {
  const char* code;
  const char* message;
  const char* field;  // Empty: no violation.
};

class NamedParameterTest : public testing::TestWithParam<Naming> {};

TEST_P(NamedParameterTest, Table) {
  const Naming& row = GetParam();
  const Outcome outcome =
      JudgeVendorError(row.code, row.message, "", Effect::kWrite);
  std::vector<std::string> fields;
  for (const FieldViolation& violation : outcome.violations) {
    fields.push_back(violation.field);
    EXPECT_EQ(violation.description, row.message);
  }
  if (*row.field == '\0') {
    EXPECT_THAT(fields, IsEmpty());
  } else {
    EXPECT_THAT(fields, ElementsAre(row.field));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, NamedParameterTest,
    testing::Values(
        Naming{"MissingParameter",
               "The request is missing a required parameter `ProjectId`.",
               "ProjectId"},
        Naming{"UnknownParameter", "The parameter `Foo` is not recognized.",
               "Foo"},
        Naming{"InvalidParameter",
               "The value type of parameter `Limits.0.Max` is not valid.",
               "Limits.0.Max"},
        Naming{"InvalidParameterValue.Range", "`Limits[2]` is too large",
               "Limits[2]"},
        Naming{"InvalidParameter", "Value `7` of parameter `Size` is odd.",
               "Size"},
        Naming{"InvalidParameter", "`not a path`", ""},
        Naming{"InvalidParameter", "parameter `***` is wrong", ""},
        Naming{"InvalidParameter", "``", ""},
        Naming{"InvalidParameter", "parameter `", ""},
        Naming{"InvalidParameter", "one ` only", ""},
        Naming{"InvalidParameter", "no name at all", ""},
        Naming{"InvalidParameter.PictureNotFound", "parameter `Id`", ""},
        Naming{"FailedOperation", "parameter `Id`", ""},
        Naming{"UnsupportedRegion", "The region `ap-x` is not served", ""},
        Naming{"InternalError", "parameter `Id`", ""}));

}  // namespace
}  // namespace tcgate
