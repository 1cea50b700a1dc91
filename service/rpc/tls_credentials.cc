#include "service/rpc/tls_credentials.h"

#include <string>

#include "grpc/grpc.h"
#include "grpc/grpc_security.h"
#include "service/rpc/certificate_files.h"

namespace tcgate {
namespace {

// Called by gRPC before each handshake, on the thread that accepted.
grpc_ssl_certificate_config_reload_status Fetch(
    void* files, grpc_ssl_server_certificate_config** config) {
  const auto set = static_cast<CertificateFiles*>(files)->TakeNew();
  if (set == nullptr) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
  // gRPC takes texts that end with a NUL, and copies them.
  std::string key(set->key.Reveal());
  const grpc_ssl_pem_key_cert_pair pair{key.c_str(), set->chain.c_str()};
  // Without roots gRPC 1.51 aborts. Where clients are not asked for
  // certificates nothing is held against them, and any will do.
  const std::string& roots =
      set->client_ca.empty() ? set->chain : set->client_ca;
  *config = grpc_ssl_server_certificate_config_create(roots.c_str(), &pair, 1);
  WipeString(key);
  return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

class TlsCredentials final : public grpc::ServerCredentials {
 public:
  explicit TlsCredentials(CertificateFiles& files)
      : credentials_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                files.asks_clients()
                    ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                    : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE,
                Fetch, &files))) {}
  ~TlsCredentials() override { grpc_server_credentials_release(credentials_); }
  TlsCredentials(const TlsCredentials&) = delete;
  TlsCredentials& operator=(const TlsCredentials&) = delete;

  // Nobody asks for one: the edge identifies callers itself.
  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address,
                      grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  grpc_server_credentials* const credentials_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> MakeTlsCredentials(
    CertificateFiles& files) {
  return std::make_shared<TlsCredentials>(files);
}

}  // namespace tcgate
