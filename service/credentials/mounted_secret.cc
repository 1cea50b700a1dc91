#include "service/credentials/mounted_secret.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "service/credentials/secret_file.h"

namespace tcgate {
namespace {

// Chosen: a swap is over in microseconds.
constexpr int kReadings = 3;

absl::StatusOr<Secret> ReadPart(const std::string& path) {
  const absl::StatusOr<Secret> content = ReadSecretFile(path);
  if (!content.ok()) return content.status();
  absl::string_view value = content->Reveal();
  // As `echo` and editors end a file.
  absl::ConsumeSuffix(&value, "\n");
  absl::ConsumeSuffix(&value, "\r");
  absl::Status status = CheckCredentialPart(path, value);
  if (!status.ok()) return status;
  return Secret(value);
}

absl::StatusOr<Credential> ReadOnce(const std::string& folder) {
  absl::StatusOr<Secret> id = ReadPart(absl::StrCat(folder, "/secret_id"));
  if (!id.ok()) return id.status();
  absl::StatusOr<Secret> key = ReadPart(absl::StrCat(folder, "/secret_key"));
  if (!key.ok()) return key.status();
  const absl::StatusOr<Secret> token = ReadPart(absl::StrCat(folder, "/token"));
  if (!token.ok() && !absl::IsNotFound(token.status())) return token.status();
  return Credential{std::string(id->Reveal()), *std::move(key),
                    token.ok() ? std::string(token->Reveal()) : ""};
}

bool Same(const Credential& a, const Credential& b) {
  return a.secret_id == b.secret_id && a.token == b.token &&
         a.secret_key.Reveal() == b.secret_key.Reveal();
}

}  // namespace

absl::StatusOr<Credential> CredentialFromMountedSecret(
    const MountedSecretSource& source) {
  absl::StatusOr<Credential> last = ReadOnce(source.folder);
  for (int i = 1; i < kReadings; ++i) {
    absl::StatusOr<Credential> next = ReadOnce(source.folder);
    if (last.ok() && next.ok() && Same(*last, *next)) return next;
    last = std::move(next);
  }
  if (!last.ok()) return last.status();
  return absl::UnavailableError(
      absl::StrCat("the files of ", source.folder, " change all the time"));
}

}  // namespace tcgate
