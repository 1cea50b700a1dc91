#ifndef TCGATE_SERVICE_CREDENTIALS_PROFILE_H_
#define TCGATE_SERVICE_CREDENTIALS_PROFILE_H_

// The credential file that the official SDKs share:
//
//   # a comment, as is a line that starts with ;
//   [default]
//   secret_id = AKID...
//   secret_key = ...

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/credentials/credential.h"

namespace tcgate {

// Which profile of which file.
struct ProfileSource {
  std::string file;  // Empty: the first of the default places that exists.
  std::string name = "default";
};

// The files looked for, in order, if none is configured: what
// TENCENTCLOUD_CREDENTIALS_FILE names and nothing else, or, without it,
// ~/.tencentcloud/credentials and /etc/tencentcloud/credentials.
std::vector<std::string> DefaultProfileFiles(GetEnv getenv);

// Reads a profile. Fails with
//   kNotFound  there is no file, or no such profile in it;
//   others     the file cannot be read, or the profile cannot be used.
absl::StatusOr<Credential> CredentialFromProfile(const ProfileSource& source,
                                                 GetEnv getenv);

// Finds profile `name` in the text of a file. Blanks around names and values
// do not count. Other profiles are not judged, nor are other members of this
// one. `file` is what messages call it; they name lines and never show them.
absl::StatusOr<Credential> ParseProfile(absl::string_view text,
                                        absl::string_view name,
                                        absl::string_view file);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_PROFILE_H_
