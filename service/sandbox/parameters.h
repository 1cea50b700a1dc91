#ifndef TCGATE_SERVICE_SANDBOX_PARAMETERS_H_
#define TCGATE_SERVICE_SANDBOX_PARAMETERS_H_

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "service/admin/http_server.h"
#include "service/sandbox/vendor_error.h"

namespace google::protobuf {
class Descriptor;
}  // namespace google::protobuf

namespace tcgate {

// Reads the parameters of a request, the body of a POST or the query of a GET,
// and checks them against the descriptor of the request message: unknown ones
// first, then types, then missing ones. A path names what is nested,
// `CloudStorage.Vendor`, `Rules.0.Name`.
//
// "1" is taken for an integer everywhere, as documented examples send it; null
// is taken as absent. In a GET, where all is text, also "True" for a boolean
// and "1.5" for a number. `parameters` then holds the typed values.
std::optional<VendorError> ReadParameters(
    const HttpServer::Request& request,
    const google::protobuf::Descriptor& message, nlohmann::json& parameters);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_PARAMETERS_H_
