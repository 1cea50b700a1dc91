#ifndef TCGATE_SERVICE_SANDBOX_WORLD_H_
#define TCGATE_SERVICE_SANDBOX_WORLD_H_

#include <nlohmann/json.hpp>
#include <optional>

#include "service/base/clock.h"
#include "service/sandbox/call.h"
#include "service/sandbox/plans.h"
#include "service/sandbox/records.h"
#include "service/sandbox/sessions.h"

namespace tcgate {

struct Action;

// What one account has in the sandbox: its records, and the sessions that pass
// by. Begins with what the plans seed. Not thread-safe.
class World {
 public:
  // `plans` must outlive it.
  World(const Plans& plans, WallTime now, Records::Bounds bounds = {});

  // Runs an action: returns the vendor's error, or nothing and a reply without
  // RequestId. REQUIRES: `parameters` have passed `ReadParameters` and
  // `CheckValues`.
  std::optional<VendorError> Run(const Action& action,
                                 const nlohmann::json& parameters, WallTime now,
                                 ReplyJson& reply);

 private:
  std::optional<VendorError> Act(Call& call);
  std::optional<VendorError> Create(Call& call, const std::string& kind);
  std::optional<VendorError> Modify(Call& call, const std::string& kind);
  std::optional<VendorError> Delete(Call& call, const std::string& kind);
  std::optional<VendorError> Show(Call& call, const std::string& kind,
                                  nlohmann::json& shown);
  // The whole record of a new thing, from what the caller gives.
  nlohmann::json Made(const nlohmann::json& kind, const nlohmann::json& record,
                      std::int64_t now);
  nlohmann::json Stamps(const nlohmann::json& kind,
                        const nlohmann::json& record, std::int64_t now);
  void Touch(Call& call);
  void Erase(const Call& call, const std::string& kind, nlohmann::json record);

  const Plans& plans_;
  Records records_;
  Sessions sessions_;
  std::uint64_t count_ = 0;  // Numbers that were given as ids.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_WORLD_H_
