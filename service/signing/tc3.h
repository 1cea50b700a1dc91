#ifndef TCGATE_SERVICE_SIGNING_TC3_H_
#define TCGATE_SERVICE_SIGNING_TC3_H_

// TC3-HMAC-SHA256, the request signature of Tencent Cloud API 3.0.
// https://www.tencentcloud.com/document/product/213/33224
//
// One function for each stage that the specification names, so that a wrong
// signature can be laid beside published stages, and a `Signer` that keeps the
// derived key for the many requests of a day. No clock, no I/O.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/base/secret.h"

namespace tcgate::tc3 {

inline constexpr char kAlgorithm[] = "TC3-HMAC-SHA256";

// The form in which a payload that is not signed is hashed and announced in
// X-TC-Content-SHA256.
inline constexpr char kUnsignedPayload[] = "UNSIGNED-PAYLOAD";

// What a signature covers. The views must be valid during the call. Header
// names and values are signed in lower case and without surrounding blanks,
// so they may be given as they are sent.
struct Request {
  absl::string_view method = "POST";
  absl::string_view query;         // As sent, without `?`; empty for a POST.
  absl::string_view content_type;  // As sent.
  absl::string_view host;          // As in the Host header.
  absl::string_view payload;       // The bytes hashed: the body, or nothing for
                                   // a GET, or `kUnsignedPayload`.
  // Signed beside content-type and host, any order and case; usually none.
  std::vector<std::pair<absl::string_view, absl::string_view>> more_headers;
};

// The UTC day of a timestamp, `2022-01-01`, the first part of the scope.
std::string Date(std::int64_t unix_seconds);

std::string CanonicalRequest(const Request& request);

std::string StringToSign(absl::string_view canonical_request,
                         absl::string_view service, std::int64_t unix_seconds);

// Derives the key that signs for one day and one service: 32 bytes. It cannot
// be turned back into `secret_key`, nor into the key of another day.
Secret DeriveKey(const Secret& secret_key, absl::string_view date,
                 absl::string_view service);

// Signs with one derived key. Not thread-safe: keeps OpenSSL contexts.
class Signer {
 public:
  // `derived_key` as `DeriveKey` returns it, for `date` and `service`.
  Signer(absl::string_view secret_id, absl::string_view date,
         absl::string_view service, const Secret& derived_key);
  ~Signer();
  Signer(Signer&&) noexcept;
  Signer& operator=(Signer&&) noexcept;

  const std::string& date() const { return date_; }

  // The lower case hex signature of a string to sign.
  std::string Sign(absl::string_view string_to_sign);

  // Returns the value of the Authorization header, all stages in one go and
  // without allocating for each. REQUIRES: Date(unix_seconds) == date().
  std::string Authorization(const Request& request, std::int64_t unix_seconds);

 private:
  struct Stages;  // The contexts, and a buffer for each stage.

  std::string date_;
  std::string scope_;       // `2022-01-01/service/tc3_request`
  std::string credential_;  // The header's value up to the signed headers.
  std::unique_ptr<Stages> stages_;
};

}  // namespace tcgate::tc3

#endif  // TCGATE_SERVICE_SIGNING_TC3_H_
