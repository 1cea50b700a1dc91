#ifndef TCGATE_SERVICE_BASE_READ_FILE_H_
#define TCGATE_SERVICE_BASE_READ_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace tcgate {

// Reads a whole file that holds no secret (those: credentials/secret_file.h).
// Fails with kNotFound and a message that begins with the path, for a folder
// too.
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_READ_FILE_H_
