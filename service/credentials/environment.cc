#include "service/credentials/environment.h"

#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

constexpr char kSecretId[] = "TENCENTCLOUD_SECRET_ID";
constexpr char kSecretKey[] = "TENCENTCLOUD_SECRET_KEY";
constexpr char kToken[] = "TENCENTCLOUD_TOKEN";

absl::Status OnlyOneIsSet(absl::string_view set, absl::string_view missing) {
  return absl::FailedPreconditionError(
      absl::StrCat(set, " is set and ", missing, " is not; set both or none"));
}

}  // namespace

absl::StatusOr<Credential> CredentialFromEnvironment(GetEnv getenv) {
  const char* const secret_id = getenv(kSecretId);
  const char* const secret_key = getenv(kSecretKey);
  if (secret_id == nullptr && secret_key == nullptr) {
    return absl::NotFoundError(
        absl::StrCat(kSecretId, " and ", kSecretKey, " are not set"));
  }
  if (secret_key == nullptr) return OnlyOneIsSet(kSecretId, kSecretKey);
  if (secret_id == nullptr) return OnlyOneIsSet(kSecretKey, kSecretId);

  const char* const token = getenv(kToken);
  Credential credential{secret_id, Secret(secret_key),
                        token == nullptr ? "" : token};
  absl::Status status = CheckCredentialPart(kSecretId, credential.secret_id);
  status.Update(
      CheckCredentialPart(kSecretKey, credential.secret_key.Reveal()));
  if (!credential.token.empty()) {
    status.Update(CheckCredentialPart(kToken, credential.token));
  }
  if (!status.ok()) return status;
  return credential;
}

}  // namespace tcgate
