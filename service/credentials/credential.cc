#include "service/credentials/credential.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "service/base/random.h"

namespace tcgate {
namespace {

// The vendor's bound of a token, the longest of the three; see the reply of
// AssumeRole in its documentation.
constexpr std::size_t kMaxBytes = 4096;

}  // namespace

absl::Status CheckCredentialPart(absl::string_view name,
                                 absl::string_view value) {
  if (value.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(name, " is empty"));
  }
  if (value.size() > kMaxBytes) {
    return absl::FailedPreconditionError(
        absl::StrCat(name, " is longer than ", kMaxBytes, " bytes"));
  }
  const bool clean = std::all_of(value.begin(), value.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c));
  });
  if (!clean) {
    return absl::FailedPreconditionError(absl::StrCat(
        name,
        " has a blank or another character that no key has; copy it "
        "again"));
  }
  return absl::OkStatus();
}

Credential MakeSandboxCredential() {
  std::string key = RandomHex(16);
  Credential credential{absl::StrCat("AKIDsandbox", RandomHex(12)), Secret(key),
                        ""};
  WipeString(key);
  return credential;
}

}  // namespace tcgate
