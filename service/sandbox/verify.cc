#include "service/sandbox/verify.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/catalog/action.h"
#include "service/sandbox/authorization.h"
#include "service/sandbox/find_action.h"
#include "service/signing/tc3.h"

namespace tcgate {
namespace {

// https://www.tencentcloud.com/document/product/213/33224: "5 minutes".
constexpr std::int64_t kWindowSeconds = 300;

VendorError InvalidAuthorization(absl::string_view why) {
  return {"AuthFailure.InvalidAuthorization",
          absl::StrCat("The Authorization header is not valid: ", why, ".")};
}

std::optional<VendorError> CheckRegion(const Action& action,
                                       absl::string_view region) {
  const std::vector<std::string>& served = action.regions;
  if (region.empty() || served.empty() ||
      std::find(served.begin(), served.end(), region) != served.end()) {
    return std::nullopt;
  }
  return VendorError{
      "UnsupportedRegion",
      absl::StrCat("The action does not support the region `", region, "`.")};
}

}  // namespace

std::optional<VendorError> Verify(
    const std::vector<SandboxCredential>& credentials, const Action& action,
    const HttpServer::Request& request, WallTime now,
    const SandboxCredential*& signer) {
  const std::optional<Authorization> authorization =
      ParseAuthorization(request.Header("authorization"));
  if (!authorization.has_value()) {
    return InvalidAuthorization("it is missing or not of the TC3 form");
  }
  // Not any word: a signature for one product must not pass for another.
  if (authorization->service != action.product->code &&
      authorization->service != FirstLabel(request.Header("host"))) {
    return InvalidAuthorization("its service is not the product's");
  }

  const absl::string_view timestamp = request.Header("x-tc-timestamp");
  if (timestamp.empty()) return MissingParameter("Timestamp");
  std::int64_t seconds = 0;
  if (!absl::SimpleAtoi(timestamp, &seconds) || seconds < 0) {
    return WrongType("Timestamp");
  }
  const std::int64_t now_seconds =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  if (std::abs(seconds - now_seconds) > kWindowSeconds) {
    return VendorError{"AuthFailure.SignatureExpire",
                       "The signature has expired: the timestamp is more than "
                       "5 minutes from the time of the server."};
  }
  if (authorization->date != tc3::Date(seconds)) {
    return InvalidAuthorization("its date is not that of the timestamp");
  }

  const auto credential =
      std::find_if(credentials.begin(), credentials.end(),
                   [&](const SandboxCredential& known) {
                     return known.secret_id == authorization->secret_id;
                   });
  if (credential == credentials.end()) {
    return VendorError{"AuthFailure.SecretIdNotFound",
                       "The SecretId is not found, please ensure that your "
                       "SecretId is correct."};
  }
  if (!SignatureMatches(request, *authorization, seconds,
                        credential->secret_key)) {
    return VendorError{"AuthFailure.SignatureFailure",
                       "The provided credentials could not be validated. "
                       "Please check your signature is correct."};
  }
  if (request.Header("x-tc-token") != credential->token) {
    return VendorError{"AuthFailure.TokenFailure",
                       "The token is not valid or has expired."};
  }
  signer = &*credential;
  return CheckRegion(action, request.Header("x-tc-region"));
}

}  // namespace tcgate
