#include "service/sandbox/authorization.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "service/signing/tc3.h"

namespace tcgate {
namespace {

absl::string_view WithoutPort(absl::string_view host) {
  const std::size_t colon = host.rfind(':');
  if (colon == absl::string_view::npos) return host;
  const absl::string_view port = host.substr(colon + 1);
  const bool digits = std::all_of(port.begin(), port.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  return digits ? host.substr(0, colon) : host;
}

bool Equal(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() &&
         CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::optional<Authorization> ParseAuthorization(absl::string_view value) {
  if (!absl::ConsumePrefix(&value, tc3::kAlgorithm)) return std::nullopt;
  Authorization authorization;
  absl::string_view credential;
  for (absl::string_view part : absl::StrSplit(value, ',')) {
    part = absl::StripAsciiWhitespace(part);
    if (absl::ConsumePrefix(&part, "Credential=")) {
      credential = part;
    } else if (absl::ConsumePrefix(&part, "SignedHeaders=")) {
      authorization.signed_headers = absl::StrSplit(part, ';');
    } else if (absl::ConsumePrefix(&part, "Signature=")) {
      authorization.signature = std::string(part);
    } else {
      return std::nullopt;
    }
  }
  const std::vector<absl::string_view> scope = absl::StrSplit(credential, '/');
  if (scope.size() != 4 || scope[3] != "tc3_request") return std::nullopt;
  authorization.secret_id = std::string(scope[0]);
  authorization.date = std::string(scope[1]);
  authorization.service = std::string(scope[2]);
  const std::vector<std::string>& names = authorization.signed_headers;
  for (const char* name : {"content-type", "host"}) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return std::nullopt;
    }
  }
  return authorization;
}

bool SignatureMatches(const HttpServer::Request& request,
                      const Authorization& authorization,
                      std::int64_t unix_seconds, const Secret& secret_key) {
  tc3::Request covered;
  covered.method = request.method;
  covered.query = request.query();
  covered.content_type = request.Header("content-type");
  covered.payload =
      request.Header("x-tc-content-sha256") == tc3::kUnsignedPayload
          ? tc3::kUnsignedPayload
          : absl::string_view(request.body);
  for (const std::string& name : authorization.signed_headers) {
    if (name == "content-type" || name == "host") continue;
    covered.more_headers.emplace_back(name, request.Header(name));
  }
  tc3::Signer signer(
      authorization.secret_id, authorization.date, authorization.service,
      tc3::DeriveKey(secret_key, authorization.date, authorization.service));
  const absl::string_view host = request.Header("host");
  for (const absl::string_view signed_host : {host, WithoutPort(host)}) {
    covered.host = signed_host;
    const std::string signature = signer.Sign(tc3::StringToSign(
        tc3::CanonicalRequest(covered), authorization.service, unix_seconds));
    if (Equal(signature, authorization.signature)) return true;
  }
  return false;
}

}  // namespace tcgate
