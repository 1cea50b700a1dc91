#ifndef TCGATE_SERVICE_CREDENTIALS_SECRET_FILE_H_
#define TCGATE_SERVICE_CREDENTIALS_SECRET_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "service/base/secret.h"

namespace tcgate {

// Reads a whole file that holds secrets; no copy is left behind. At most
// 64 KiB, which is chosen: credential files have a few hundred bytes. Fails
// with kNotFound if there is no such file, else with what the system says.
absl::StatusOr<Secret> ReadSecretFile(const std::string& path);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_SECRET_FILE_H_
