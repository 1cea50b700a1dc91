#ifndef TCGATE_TESTS_SANDBOX_WORLD_FIXTURE_H_
#define TCGATE_TESTS_SANDBOX_WORLD_FIXTURE_H_

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "service/catalog/action.h"
#include "service/sandbox/plans.h"
#include "service/sandbox/world.h"
#include "tests/sandbox/signed_request.h"
#include "tests/support/fake_clock.h"

namespace tcgate {

// The projects that the plans seed.
inline constexpr char kQuarry[] = "f3glr49r3axn0fu2";
inline constexpr char kPort[] = "f3glr49r2nwpey5c";

// One account, called without HTTP.
class WorldTest : public testing::Test {
 protected:
  using Json = nlohmann::json;

  // The reply; {"Code": ...} if the action was refused.
  Json Run(const std::string& label, const Json& parameters) {
    const Action* action = ShippedCatalog().FindLabel(label);
    EXPECT_NE(action, nullptr) << label;
    std::optional<VendorError> error =
        CheckValues(plans_.ForAction(label), parameters);
    ReplyJson reply;
    if (!error.has_value()) {
      error = world_.Run(*action, parameters, clock_.WallNow(), reply);
    }
    if (error.has_value()) return {{"Code", error->code}};
    return Json(reply);
  }

  // The code of a refusal, empty if the action ran.
  std::string Code(const std::string& label, const Json& parameters) {
    const Json reply = Run(label, parameters);
    return reply.size() == 1 && reply.contains("Code") ? reply["Code"] : "";
  }

  void Pass(std::chrono::seconds time) { clock_.Advance(time); }

  const Plans plans_;
  FakeClock clock_;
  World world_{plans_, clock_.WallNow()};
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_SANDBOX_WORLD_FIXTURE_H_
