#include "service/credentials/find_credential.h"

#include "absl/strings/str_cat.h"
#include "service/credentials/environment.h"

namespace tcgate {
namespace {

// Reads each kind of source.
struct Reader {
  GetEnv getenv;

  absl::StatusOr<Credential> operator()(const EnvironmentSource&) const {
    absl::StatusOr<Credential> credential = CredentialFromEnvironment(getenv);
    if (credential.ok()) return credential;
    return absl::Status(credential.status().code(),
                        absl::StrCat("no credential from the environment: ",
                                     credential.status().message()));
  }

  absl::StatusOr<Credential> operator()(const ProfileSource& source) const {
    absl::StatusOr<Credential> credential =
        CredentialFromProfile(source, getenv);
    if (credential.ok()) return credential;
    return absl::Status(credential.status().code(),
                        absl::StrCat("no credential from the profile file: ",
                                     credential.status().message()));
  }

  absl::StatusOr<Credential> operator()(
      const MountedSecretSource& source) const {
    absl::StatusOr<Credential> credential = CredentialFromMountedSecret(source);
    if (credential.ok()) return credential;
    return absl::Status(
        credential.status().code(),
        absl::StrCat("no credential from the folder: ",
                     credential.status().message(), "; it needs the files ",
                     "secret_id and secret_key, and may have token"));
  }

  absl::StatusOr<Credential> operator()(const DefaultSources&) const {
    absl::StatusOr<Credential> first = (*this)(EnvironmentSource());
    if (!absl::IsNotFound(first.status())) return first;
    absl::StatusOr<Credential> second = (*this)(ProfileSource());
    if (!absl::IsNotFound(second.status())) return second;
    return absl::NotFoundError(absl::StrCat(
        first.status().message(), "; ", second.status().message(),
        "; set the two variables, or write secret_id and secret_key under "
        "[default] in such a file"));
  }
};

}  // namespace

absl::StatusOr<Credential> FindCredential(const CredentialSource& source,
                                          GetEnv getenv) {
  return std::visit(Reader{getenv}, source);
}

}  // namespace tcgate
