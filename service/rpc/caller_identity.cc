#include "service/rpc/caller_identity.h"

#include <iterator>
#include <utility>

#include "absl/strings/string_view.h"
#include "grpc/grpc_security_constants.h"
#include "service/base/clock.h"
#include "service/base/spiffe_id.h"
#include "service/rpc/certificate_set.h"
#include "service/rpc/forwarded_client.h"
#include "service/rpc/request_metadata.h"

namespace tcgate {
namespace {

Caller Named(absl::string_view id) {
  Caller caller;
  caller.id = std::string(id);
  caller.anonymous = false;
  return caller;
}

Caller Unidentified(const char* fault) {
  Caller caller = Named("unidentified");
  caller.fault = fault;
  return caller;
}

absl::string_view View(const grpc::string_ref& text) {
  return {text.data(), text.size()};
}

// gRPC lets clients resume a TLS session, and OpenSSL does not verify the
// certificate again: only a full handshake tells that it has not expired.
bool HasOutlivedCertificate(const grpc::AuthContext& connection) {
  static const std::string kReused(GRPC_SSL_SESSION_REUSED_PROPERTY);
  static const std::string kPem(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  const std::vector<grpc::string_ref> reused =
      connection.FindPropertyValues(kReused);
  if (reused.empty() || reused[0] != "true") return false;
  const std::vector<grpc::string_ref> pem = connection.FindPropertyValues(kPem);
  return pem.empty() || HasExpired(View(pem[0]), SystemClock().WallNow());
}

Caller OfCertificate(const grpc::AuthContext& connection) {
  if (HasOutlivedCertificate(connection)) {
    return Unidentified("its certificate has expired");
  }
  // SPIFFE X.509-SVID, 2: exactly one URI.
  static const std::string kUri(GRPC_PEER_URI_PROPERTY_NAME);
  const std::vector<grpc::string_ref> uris =
      connection.FindPropertyValues(kUri);
  if (uris.size() != 1 || !IsSpiffeId(View(uris[0]))) {
    return Unidentified(
        "its certificate must have exactly one URI in subjectAltName, a SPIFFE "
        "id");
  }
  return Named(View(uris[0]));
}

// Whom a proxy forwards; without the header it calls for itself.
Caller OfProxy(Caller proxy, const ClientMetadata& metadata) {
  const auto [from, to] = metadata.equal_range("x-forwarded-client-cert");
  if (from == to) return proxy;
  if (std::next(from) != to) {
    return Unidentified(
        "the proxy sent x-forwarded-client-cert more than once: which one is "
        "its own cannot be told");
  }
  const ForwardedClient client = LastForwardedClient(View(from->second));
  return client.fault != nullptr ? Unidentified(client.fault)
                                 : Named(client.id);
}

}  // namespace

CallerIdentity::CallerIdentity(Caller through, bool certificates,
                               const std::vector<std::string>& proxies)
    : through_(std::move(through)),
      certificates_(certificates),
      through_proxy_(false),
      proxies_(proxies.begin(), proxies.end()) {
  through_proxy_ = !certificates_ && IsProxy(through_);
}

bool CallerIdentity::IsProxy(const Caller& caller) const {
  return !caller.anonymous && caller.fault == nullptr &&
         proxies_.contains(caller.id);
}

Caller CallerIdentity::Of(const grpc::CallbackServerContext& context) const {
  if (!certificates_) {
    return through_proxy_ ? OfProxy(through_, context.client_metadata())
                          : through_;
  }
  Caller caller = OfCertificate(*context.auth_context());
  if (proxies_.empty() || !IsProxy(caller)) return caller;
  return OfProxy(std::move(caller), context.client_metadata());
}

}  // namespace tcgate
