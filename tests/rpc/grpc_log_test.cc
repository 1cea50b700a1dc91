#include "service/rpc/grpc_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "grpc/support/log.h"

namespace tcgate {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class GrpcLogTest : public testing::Test {
 protected:
  GrpcLogTest() {
    LogOnlyPlacesOfGrpcErrors();
    testing::internal::CaptureStderr();
  }
};

TEST_F(GrpcLogTest, AnErrorSaysWhereAndNothingThatAPeerSent) {
  gpr_log("/src/core/a.cc", 12, GPR_LOG_SEVERITY_ERROR, "bad key %s", "s3cret");
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("a.cc:12"), Not(HasSubstr("s3cret")),
                    Not(HasSubstr("/src/core"))));
}

TEST_F(GrpcLogTest, OnlyErrorsAreLogged) {
  gpr_log("a.cc", 12, GPR_LOG_SEVERITY_INFO, "listening");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), IsEmpty());
}

TEST_F(GrpcLogTest, AFloodIsBounded) {
  for (int i = 0; i < 1000; ++i) {
    gpr_log("a.cc", i, GPR_LOG_SEVERITY_ERROR, "flood");
  }
  const std::string lines = testing::internal::GetCapturedStderr();
  // A second may begin while this runs.
  EXPECT_LE(std::count(lines.begin(), lines.end(), '\n'), 2 * kMostLogLines);
}

}  // namespace
}  // namespace tcgate
