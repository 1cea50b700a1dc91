#ifndef TCGATE_SERVICE_CREDENTIALS_MOUNTED_SECRET_H_
#define TCGATE_SERVICE_CREDENTIALS_MOUNTED_SECRET_H_

// A folder with a file for each part of a credential, as Kubernetes mounts a
// Secret and systemd hands over credentials:
//
//   secret_id  secret_key  token (only of a temporary credential)

#include <string>

#include "absl/status/statusor.h"
#include "service/credentials/credential.h"

namespace tcgate {

struct MountedSecretSource {
  std::string folder;
};

// Reads the files, which may end in a line break. They are read until two
// readings agree, three times at most: Kubernetes swaps all of them at once,
// and half of each credential would be refused by the vendor. Fails with
//   kNotFound  there is no such folder, or a part is missing;
//   others     a file cannot be read, or its content cannot be used.
absl::StatusOr<Credential> CredentialFromMountedSecret(
    const MountedSecretSource& source);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_MOUNTED_SECRET_H_
