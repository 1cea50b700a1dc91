#ifndef TCGATE_SERVICE_SIGNING_HASH_H_
#define TCGATE_SERVICE_SIGNING_HASH_H_

// The two functions that TC3 is made of, on OpenSSL contexts that are kept and
// set back instead of made anew: a third of the time of the one-shot calls.
//
// OpenSSL fails here only without memory or without its default provider; the
// process then ends, since nothing could be signed.

#include <openssl/types.h>

#include <array>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace tcgate::tc3 {

using Digest = std::array<unsigned char, 32>;

// SHA-256. Not thread-safe.
class Sha256 {
 public:
  Sha256();

  Digest Of(absl::string_view bytes);

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const;
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

// HMAC-SHA-256 under one key, which OpenSSL wipes at the end. Not thread-safe.
class HmacSha256 {
 public:
  // `key` must not be empty.
  explicit HmacSha256(absl::string_view key);

  Digest Of(absl::string_view bytes);

 private:
  struct Free {
    void operator()(EVP_MAC_CTX* context) const;
  };
  std::unique_ptr<EVP_MAC_CTX, Free> context_;
};

// Appends 64 lower case hex digits.
void AppendHex(const Digest& digest, std::string& out);

}  // namespace tcgate::tc3

#endif  // TCGATE_SERVICE_SIGNING_HASH_H_
