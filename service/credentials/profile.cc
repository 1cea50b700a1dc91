#include "service/credentials/profile.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "service/credentials/secret_file.h"

namespace tcgate {
namespace {

// Views of the members of one profile.
struct Members {
  std::optional<absl::string_view> secret_id;
  std::optional<absl::string_view> secret_key;

  std::optional<absl::string_view>* Find(absl::string_view name) {
    if (name == "secret_id") return &secret_id;
    if (name == "secret_key") return &secret_key;
    return nullptr;
  }
};

absl::Status Set(absl::string_view line, absl::string_view place,
                 Members& members) {
  const std::pair<absl::string_view, absl::string_view> halves =
      absl::StrSplit(line, absl::MaxSplits('=', 1));
  std::optional<absl::string_view>* const member =
      members.Find(absl::StripAsciiWhitespace(halves.first));
  if (member == nullptr) return absl::OkStatus();
  if (member->has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat(place, ": a member is given twice"));
  }
  *member = absl::StripAsciiWhitespace(halves.second);
  return absl::OkStatus();
}

absl::Status Check(absl::string_view member, absl::string_view profile,
                   const std::optional<absl::string_view>& value) {
  const std::string what = absl::StrCat(member, " of ", profile);
  if (!value.has_value()) {
    return absl::FailedPreconditionError(absl::StrCat(what, " is missing"));
  }
  return CheckCredentialPart(what, *value);
}

}  // namespace

std::vector<std::string> DefaultProfileFiles(GetEnv getenv) {
  const char* const named = getenv("TENCENTCLOUD_CREDENTIALS_FILE");
  if (named != nullptr && *named != '\0') return {named};
  std::vector<std::string> files;
  const char* const home = getenv("HOME");
  if (home != nullptr && *home != '\0') {
    files.push_back(absl::StrCat(home, "/.tencentcloud/credentials"));
  }
  files.emplace_back("/etc/tencentcloud/credentials");
  return files;
}

absl::StatusOr<Credential> CredentialFromProfile(const ProfileSource& source,
                                                 GetEnv getenv) {
  const std::vector<std::string> files = source.file.empty()
                                             ? DefaultProfileFiles(getenv)
                                             : std::vector{source.file};
  for (const std::string& file : files) {
    const absl::StatusOr<Secret> text = ReadSecretFile(file);
    if (text.ok()) return ParseProfile(text->Reveal(), source.name, file);
    if (!absl::IsNotFound(text.status())) return text.status();
  }
  return absl::NotFoundError(
      absl::StrCat("there is no file ", absl::StrJoin(files, " nor ")));
}

absl::StatusOr<Credential> ParseProfile(absl::string_view text,
                                        absl::string_view name,
                                        absl::string_view file) {
  absl::ConsumePrefix(&text, "\xEF\xBB\xBF");  // As some editors begin a file.
  const std::string heading = absl::StrCat("[", name, "]");
  Members members;
  bool found = false;
  bool inside = false;
  int number = 0;
  for (const absl::string_view raw : absl::StrSplit(text, '\n')) {
    ++number;
    const absl::string_view line = absl::StripAsciiWhitespace(raw);
    if (absl::StartsWith(line, "#") || absl::StartsWith(line, ";")) continue;
    if (absl::StartsWith(line, "[")) {
      inside = line == heading;
      found = found || inside;
      continue;
    }
    if (!inside) continue;
    absl::Status status = Set(line, absl::StrCat(file, ":", number), members);
    if (!status.ok()) return status;
  }
  if (!found) {
    return absl::NotFoundError(
        absl::StrCat("there is no profile ", heading, " in ", file));
  }
  const std::string profile = absl::StrCat(heading, " in ", file);
  absl::Status status = Check("secret_id", profile, members.secret_id);
  status.Update(Check("secret_key", profile, members.secret_key));
  if (!status.ok()) return status;
  return Credential{std::string(*members.secret_id),
                    Secret(*members.secret_key), ""};
}

}  // namespace tcgate
