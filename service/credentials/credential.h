#ifndef TCGATE_SERVICE_CREDENTIALS_CREDENTIAL_H_
#define TCGATE_SERVICE_CREDENTIALS_CREDENTIAL_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "service/base/secret.h"

namespace tcgate {

// A long-term key, or a temporary one with its token. Lives in the keeper only.
struct Credential {
  std::string secret_id;
  Secret secret_key;
  std::string token;  // Empty for a long-term key.

  Credential Clone() const { return {secret_id, secret_key.Clone(), token}; }
};

// Where providers read environment variables: `std::getenv`, or a test's own.
// Returns null for a variable that is not set.
using GetEnv = absl::FunctionRef<const char*(const char*)>;

// Returns an error if `value` cannot be a part of a credential: it is empty,
// longer than 4096 bytes, or has a character that is not printable ASCII or is
// a blank, as a careless copy leaves. The message calls the value `name`, says
// what to do, and never shows it.
absl::Status CheckCredentialPart(absl::string_view name,
                                 absl::string_view value);

// Makes a pair that opens nothing but the sandbox of this run.
Credential MakeSandboxCredential();

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_CREDENTIAL_H_
