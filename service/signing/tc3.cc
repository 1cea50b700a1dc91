#include "service/signing/tc3.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cassert>

#include "absl/container/inlined_vector.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "service/signing/hash.h"

namespace tcgate::tc3 {
namespace {

constexpr char kTerminator[] = "tc3_request";

using Header = std::pair<absl::string_view, absl::string_view>;
// Eight: on the stack for every form that a known client signs.
using Headers = absl::InlinedVector<Header, 8>;

bool NameBefore(const Header& a, const Header& b) {
  return std::lexicographical_compare(
      a.first.begin(), a.first.end(), b.first.begin(), b.first.end(),
      [](char x, char y) {
        return absl::ascii_tolower(static_cast<unsigned char>(x)) <
               absl::ascii_tolower(static_cast<unsigned char>(y));
      });
}

Headers SortedHeaders(const Request& request) {
  Headers headers = {{"content-type", request.content_type},
                     {"host", request.host}};
  if (request.more_headers.empty()) return headers;
  headers.insert(headers.end(), request.more_headers.begin(),
                 request.more_headers.end());
  std::sort(headers.begin(), headers.end(), NameBefore);
  return headers;
}

void AppendLower(absl::string_view text, std::string& out) {
  for (const char c : absl::StripAsciiWhitespace(text)) {
    out.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
}

void AppendNames(const Headers& headers, std::string& out) {
  for (const Header& header : headers) {
    if (&header != headers.data()) out.push_back(';');
    AppendLower(header.first, out);
  }
}

void AppendCanonicalRequest(const Request& request, const Headers& headers,
                            const Digest& payload_hash, std::string& out) {
  absl::StrAppend(&out, request.method, "\n/\n", request.query, "\n");
  for (const auto& [name, value] : headers) {
    AppendLower(name, out);
    out.push_back(':');
    AppendLower(value, out);
    out.push_back('\n');
  }
  out.push_back('\n');
  AppendNames(headers, out);
  out.push_back('\n');
  AppendHex(payload_hash, out);
}

std::string Scope(absl::string_view date, absl::string_view service) {
  return absl::StrCat(date, "/", service, "/", kTerminator);
}

void AppendStringToSign(const Digest& request_hash, absl::string_view scope,
                        std::int64_t unix_seconds, std::string& out) {
  absl::StrAppend(&out, kAlgorithm, "\n", unix_seconds, "\n", scope, "\n");
  AppendHex(request_hash, out);
}

}  // namespace

std::string Date(std::int64_t unix_seconds) {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

std::string CanonicalRequest(const Request& request) {
  std::string text;
  AppendCanonicalRequest(request, SortedHeaders(request),
                         Sha256().Of(request.payload), text);
  return text;
}

std::string StringToSign(absl::string_view canonical_request,
                         absl::string_view service, std::int64_t unix_seconds) {
  std::string text;
  AppendStringToSign(Sha256().Of(canonical_request),
                     Scope(Date(unix_seconds), service), unix_seconds, text);
  return text;
}

Secret DeriveKey(const Secret& secret_key, absl::string_view date,
                 absl::string_view service) {
  std::string first = absl::StrCat("TC3", secret_key.Reveal());
  Secret key(first);
  WipeString(first);
  for (const absl::string_view part :
       {date, service, absl::string_view(kTerminator)}) {
    Digest next = HmacSha256(key.Reveal()).Of(part);
    key = Secret({reinterpret_cast<const char*>(next.data()), next.size()});
    OPENSSL_cleanse(next.data(), next.size());
  }
  return key;
}

struct Signer::Stages {
  Sha256 sha256;
  HmacSha256 hmac;
  std::string canonical_request;
  std::string string_to_sign;
};

Signer::Signer(absl::string_view secret_id, absl::string_view date,
               absl::string_view service, const Secret& derived_key)
    : date_(date),
      scope_(Scope(date, service)),
      credential_(absl::StrCat(kAlgorithm, " Credential=", secret_id, "/",
                               scope_, ", SignedHeaders=")),
      stages_(new Stages{{}, HmacSha256(derived_key.Reveal()), {}, {}}) {}

Signer::~Signer() = default;
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;

std::string Signer::Sign(absl::string_view string_to_sign) {
  std::string hex;
  AppendHex(stages_->hmac.Of(string_to_sign), hex);
  return hex;
}

std::string Signer::Authorization(const Request& request,
                                  std::int64_t unix_seconds) {
  assert(Date(unix_seconds) == date_);
  const Headers headers = SortedHeaders(request);

  std::string& canonical_request = stages_->canonical_request;
  canonical_request.clear();
  AppendCanonicalRequest(request, headers, stages_->sha256.Of(request.payload),
                         canonical_request);

  std::string& string_to_sign = stages_->string_to_sign;
  string_to_sign.clear();
  AppendStringToSign(stages_->sha256.Of(canonical_request), scope_,
                     unix_seconds, string_to_sign);

  constexpr std::size_t kUsualRest = 128;  // Names, label and signature.
  std::string value;
  value.reserve(credential_.size() + kUsualRest);
  value.append(credential_);
  AppendNames(headers, value);
  value.append(", Signature=");
  AppendHex(stages_->hmac.Of(string_to_sign), value);
  return value;
}

}  // namespace tcgate::tc3
