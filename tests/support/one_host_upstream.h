#ifndef TCGATE_TESTS_SUPPORT_ONE_HOST_UPSTREAM_H_
#define TCGATE_TESTS_SUPPORT_ONE_HOST_UPSTREAM_H_

#include <memory>

#include "service/upstream/upstream.h"

namespace tcgate {

// An upstream of one host that is always well, where nothing can be mended: the
// base of fakes that are about attempts.
class OneHostUpstream : public Upstream {
 public:
  Route Choose(const Account& /*account*/, const Action& /*action*/,
               const Endpoint* /*avoid*/) override {
    Route route;
    route.endpoint = &endpoint_;
    return route;
  }

  Outcome CorrectClock(const AttemptRequest& /*request*/,
                       WallTime /*server_time*/) override {
    return {};
  }

  Task<bool> RefreshCredential(AttemptRequest /*request*/,
                               std::shared_ptr<const SigningKey> /*refused*/,
                               MonoTime /*until*/,
                               Cancellation& /*cancel*/) override {
    co_return false;
  }

 private:
  const Endpoint endpoint_{"https://api.example.com/", "api.example.com", ""};
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_SUPPORT_ONE_HOST_UPSTREAM_H_
