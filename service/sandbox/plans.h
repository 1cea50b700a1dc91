#ifndef TCGATE_SERVICE_SANDBOX_PLANS_H_
#define TCGATE_SERVICE_SANDBOX_PLANS_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/sandbox/records.h"
#include "service/sandbox/vendor_error.h"

namespace tcgate {

// What is particular to the products that the sandbox imitates: the files
// plans/*.json, built into the program. README.md describes them. Immutable,
// thread-safe.
class Plans {
 public:
  Plans();

  // What is planned for an action, by its label; an empty object if nothing is.
  const nlohmann::json& ForAction(const std::string& label) const;

  // The kinds of records by name, each whole: `like` is resolved.
  const nlohmann::json& kinds() const { return kinds_; }
  const nlohmann::json& actions() const { return actions_; }

  Records::Keys Keys() const;

 private:
  nlohmann::json kinds_;
  nlohmann::json actions_;
  nlohmann::json nothing_ = nlohmann::json::object();
};

// Checks the values that the plan of an action restricts:
// InvalidParameterValue.
std::optional<VendorError> CheckValues(const nlohmann::json& plan,
                                       const nlohmann::json& parameters);

// The texts of plans/*.json.
std::vector<absl::string_view> EmbeddedPlans();

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_PLANS_H_
