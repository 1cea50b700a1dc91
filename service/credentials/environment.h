#ifndef TCGATE_SERVICE_CREDENTIALS_ENVIRONMENT_H_
#define TCGATE_SERVICE_CREDENTIALS_ENVIRONMENT_H_

#include "absl/status/statusor.h"
#include "service/credentials/credential.h"

namespace tcgate {

// Reads TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, as the official
// SDKs do, and TENCENTCLOUD_TOKEN, which the official command line adds and
// which may be absent or empty. Fails with
//   kNotFound            neither of the two is set;
//   kFailedPrecondition  only one of them is, or a value cannot be a key.
absl::StatusOr<Credential> CredentialFromEnvironment(GetEnv getenv);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_ENVIRONMENT_H_
