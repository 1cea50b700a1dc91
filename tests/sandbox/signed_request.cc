#include "tests/sandbox/signed_request.h"

#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "service/signing/tc3.h"

namespace tcgate {

HttpServer::Request SignedRequest::Build() const {
  tc3::Request covered;
  covered.method = method;
  covered.query = query;
  covered.content_type = content_type;
  covered.host = signed_host;
  covered.payload =
      unsigned_payload ? tc3::kUnsignedPayload : absl::string_view(body);
  if (sign_action) covered.more_headers = {{"X-TC-Action", action}};
  const std::string date = tc3::Date(timestamp);
  tc3::Signer signer(secret_id, date, service,
                     tc3::DeriveKey(Secret(secret_key), date, service));

  HttpServer::Request request;
  request.method = method;
  request.target = query.empty() ? "/" : absl::StrCat("/?", query);
  request.body = body;
  request.headers = {
      {"host", host},
      {"content-type", content_type},
      {"authorization", signer.Authorization(covered, timestamp)},
      {"x-tc-action", action},
      {"x-tc-version", version},
      {"x-tc-timestamp", absl::StrCat(timestamp)}};
  const std::vector<std::pair<std::string, std::string>> optional = {
      {"x-tc-region", region},
      {"x-tc-token", token},
      {"x-tc-content-sha256", unsigned_payload ? tc3::kUnsignedPayload : ""}};
  for (const auto& header : optional) {
    if (!header.second.empty()) request.headers.push_back(header);
  }
  return request;
}

std::string SignedRequest::Text() const {
  const HttpServer::Request request = Build();
  std::string text =
      absl::StrCat(request.method, " ", request.target, " HTTP/1.1\r\n");
  for (const auto& [name, value] : request.headers) {
    absl::StrAppend(&text, name, ": ", value, "\r\n");
  }
  absl::StrAppend(&text, "Content-Length: ", body.size(), "\r\n\r\n", body);
  return text;
}

std::vector<SandboxCredential> TestCredentials() {
  std::vector<SandboxCredential> credentials;
  credentials.push_back({kTestId, Secret(kTestKey), ""});
  credentials.push_back({"AKIDtemporary", Secret("another-key"), "the-token"});
  return credentials;
}

const Catalog& ShippedCatalog() {
  static const auto* const catalog = [] {
    auto built = Catalog::Build({EmbeddedDescriptors()});
    if (!built.ok()) std::abort();
    return built->release();
  }();
  return *catalog;
}

}  // namespace tcgate
