#ifndef TCGATE_SERVICE_RPC_TLS_CREDENTIALS_H_
#define TCGATE_SERVICE_RPC_TLS_CREDENTIALS_H_

#include <memory>

#include "grpcpp/security/server_credentials.h"

namespace tcgate {

class CertificateFiles;

// Credentials of a server that asks `files` for a new set before each
// handshake, and uses what it got from then on; connections that are open stay.
// TLS 1.2 or newer. If `files` asks for certificates of clients, gRPC verifies
// them and refuses the handshake without a valid one. `files` must outlive the
// server.
//
// Made with gRPC's C API, whose fetcher hands over key, certificate and
// authorities as one, before each handshake. What its C++ API has does not do:
// `FileWatcherCertificateProvider` (1.51) fails every handshake while a set
// does not hold, is a second late at best, and wants the key on disk once more
// to be fed sets that were checked; the static provider cannot change.
std::shared_ptr<grpc::ServerCredentials> MakeTlsCredentials(
    CertificateFiles& files);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_TLS_CREDENTIALS_H_
