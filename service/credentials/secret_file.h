#ifndef TCGATE_SERVICE_CREDENTIALS_SECRET_FILE_H_
#define TCGATE_SERVICE_CREDENTIALS_SECRET_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "service/base/secret.h"

namespace tcgate {

// Most bytes of a credential file: chosen, they have a few hundred.
inline constexpr std::size_t kCredentialFileBytes = 65536;

// Reads a whole file that holds secrets; no copy is left behind. Fails with
// kNotFound if there is no such file, with kFailedPrecondition if it is no
// regular file or larger than `max_bytes`, else with what the system says.
absl::StatusOr<Secret> ReadSecretFile(
    const std::string& path, std::size_t max_bytes = kCredentialFileBytes);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_SECRET_FILE_H_
