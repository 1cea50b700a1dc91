#ifndef TCGATE_SERVICE_CREDENTIALS_FIND_CREDENTIAL_H_
#define TCGATE_SERVICE_CREDENTIALS_FIND_CREDENTIAL_H_

#include <variant>

#include "absl/status/statusor.h"
#include "service/credentials/credential.h"
#include "service/credentials/mounted_secret.h"
#include "service/credentials/profile.h"

namespace tcgate {

// Nothing was configured: the environment, then the profile file.
struct DefaultSources {};

struct EnvironmentSource {};

// Where an account's credential comes from.
using CredentialSource = std::variant<DefaultSources, EnvironmentSource,
                                      ProfileSource, MountedSecretSource>;

// Reads the credential of one account. The error is one line: what was tried,
// what each said, and what to do.
//
// Of the default sources, the next is tried only if one has nothing at all: a
// half set or broken one ends the search, since going on would quietly call
// with another identity than the one intended.
absl::StatusOr<Credential> FindCredential(const CredentialSource& source,
                                          GetEnv getenv);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_FIND_CREDENTIAL_H_
