#include "service/rpc/refusals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "service/catalog/catalog.h"
#include "tests/catalog/demo.h"

namespace tcgate {
namespace {

using absl::StatusCode;
using testing::HasSubstr;
using testing::Not;

// Only a write that may have run must not be repeated by whoever sees the end.
using Row = std::tuple<Effect, Ran, StatusCode>;
class ShuttingDownTest : public testing::TestWithParam<Row> {};

TEST_P(ShuttingDownTest, Table) {
  const auto& [effect, ran, code] = GetParam();
  Action action;
  action.effect = effect;
  const Outcome outcome = ShuttingDown(action, ran);
  EXPECT_EQ(outcome.code, code);
  EXPECT_EQ(outcome.ran, ran);
  EXPECT_EQ(outcome.reason, code == StatusCode::kUnknown
                                ? reason::kOutcomeUnknown
                                : reason::kShuttingDown);
}

INSTANTIATE_TEST_SUITE_P(
    All, ShuttingDownTest,
    testing::Values(
        Row{Effect::kRead, Ran::kNo, StatusCode::kUnavailable},
        Row{Effect::kRead, Ran::kMaybe, StatusCode::kUnavailable},
        Row{Effect::kRead, Ran::kYes, StatusCode::kUnavailable},
        Row{Effect::kIdempotent, Ran::kNo, StatusCode::kUnavailable},
        Row{Effect::kIdempotent, Ran::kMaybe, StatusCode::kUnavailable},
        Row{Effect::kIdempotent, Ran::kYes, StatusCode::kUnavailable},
        Row{Effect::kWrite, Ran::kNo, StatusCode::kUnavailable},
        Row{Effect::kWrite, Ran::kMaybe, StatusCode::kUnknown},
        Row{Effect::kWrite, Ran::kYes, StatusCode::kUnknown}));

std::string MessageFor(const std::string& path) {
  const auto catalog = BuildDemo(Demo(Act("effect: EFFECT_READ")));
  EXPECT_TRUE(catalog.ok()) << catalog.status();
  const Outcome outcome = UnknownMethod(**catalog, path);
  EXPECT_EQ(outcome.code, StatusCode::kUnimplemented);
  EXPECT_EQ(outcome.reason, reason::kUnknownMethod);
  return outcome.message;
}

TEST(UnknownMethodTest, SaysWhatIsUnknownAndWhatWasMeant) {
  EXPECT_THAT(MessageFor("/demo.v1.DemoService/Akt"),
              HasSubstr("no method Akt; did you mean Act?"));
  EXPECT_THAT(MessageFor("/demo.v1.DemoServise/Act"),
              HasSubstr("no service demo.v1.DemoServise; did you mean"));
}

TEST(UnknownMethodTest, TakesAnyBytesForAPath) {
  for (const char* path : {"", "/", "//", "/demo.v1.DemoService",
                           "/demo.v1.DemoService/", "x", "/a/b/c"}) {
    EXPECT_THAT(MessageFor(path), HasSubstr("tcgate list"));
  }
  EXPECT_THAT(MessageFor("/a\r\n\xFF/b"), Not(HasSubstr("\n")));
  EXPECT_LT(MessageFor("/" + std::string(8000, 'a')).size(), 400u);
}

}  // namespace
}  // namespace tcgate
