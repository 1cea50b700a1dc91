#ifndef TCGATE_SERVICE_SANDBOX_VENDOR_H_
#define TCGATE_SERVICE_SANDBOX_VENDOR_H_

#include <vector>

#include "service/admin/http_server.h"
#include "service/base/clock.h"
#include "service/sandbox/faults.h"
#include "service/sandbox/reply_book.h"
#include "service/sandbox/stats.h"
#include "service/sandbox/verify.h"

namespace tcgate {

class Catalog;

// What answers in the vendor's place: judges a request as the vendor does and
// runs its action, unless a fault is asked for. Lives on one thread.
//
// Faults are found in this order, and the first is answered: method, size,
// action, version, what `Verify` checks, rate, unknown parameters, types,
// missing ones, values. All with HTTP 200, as the vendor does.
class Vendor {
 public:
  // `catalog` and `clock` must outlive it.
  Vendor(std::vector<SandboxCredential> credentials, const Catalog& catalog,
         const Clock& clock);

  HttpServer::Reply Answer(const HttpServer::Request& request);

  SandboxStats& stats() { return stats_; }
  FaultPlan& faults() { return faults_; }

 private:
  const std::vector<SandboxCredential> credentials_;
  const Catalog& catalog_;
  const Clock& clock_;
  const ReplyBook book_;
  SandboxStats stats_;
  FaultPlan faults_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_VENDOR_H_
