#ifndef TCGATE_SERVICE_SANDBOX_VENDOR_H_
#define TCGATE_SERVICE_SANDBOX_VENDOR_H_

#include <map>
#include <string>
#include <vector>

#include "service/admin/http_server.h"
#include "service/base/clock.h"
#include "service/sandbox/faults.h"
#include "service/sandbox/plans.h"
#include "service/sandbox/rate_limits.h"
#include "service/sandbox/stats.h"
#include "service/sandbox/verify.h"
#include "service/sandbox/world.h"

namespace tcgate {

class Catalog;

// What answers in the vendor's place: judges a request as the vendor does and
// runs its action in the world of the key that signed it, unless a fault is
// asked for. Each key is an account of its own. Lives on one thread.
//
// Faults are found in this order, and the first is answered: method, size,
// action, version, what `Verify` checks, rate, unknown parameters, types,
// missing ones, values, then what the account holds. All with HTTP 200, as the
// vendor does.
class Vendor {
 public:
  // `catalog` and `clock` must outlive it. `limits`: whether the vendor's rate
  // limits hold, until `limits()` is told otherwise.
  Vendor(std::vector<SandboxCredential> credentials, const Catalog& catalog,
         const Clock& clock, bool limits);

  HttpServer::Reply Answer(const HttpServer::Request& request);

  // Forgets what was made, counted and asked for, but for whether limits hold:
  // every account begins anew.
  void Reset();

  SandboxStats& stats() { return stats_; }
  FaultPlan& faults() { return faults_; }
  RateLimits& limits() { return limits_; }

 private:
  // The first fault before the action runs. Sets what it has found out.
  struct Judged {
    const Action* action = nullptr;
    const SandboxCredential* signer = nullptr;
    nlohmann::json parameters;
  };
  std::optional<VendorError> Judge(const HttpServer::Request& request,
                                   const Fault* fault, WallTime now,
                                   Judged& judged);
  World& WorldOf(const SandboxCredential& signer, WallTime now);

  const std::vector<SandboxCredential> credentials_;
  const Catalog& catalog_;
  const Clock& clock_;
  const Plans plans_;
  SandboxStats stats_;
  FaultPlan faults_;
  RateLimits limits_;
  std::map<std::string, World> worlds_;  // By SecretId.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_VENDOR_H_
