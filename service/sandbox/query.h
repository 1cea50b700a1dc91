#ifndef TCGATE_SERVICE_SANDBOX_QUERY_H_
#define TCGATE_SERVICE_SANDBOX_QUERY_H_

#include <nlohmann/json_fwd.hpp>

#include "absl/strings/string_view.h"

namespace google::protobuf {
class Descriptor;
}  // namespace google::protobuf

namespace tcgate {

// Makes the object that a query has flattened, `Rules.0.Name=a&Limit=10`; every
// value is text. Lists are where `message` has lists; their elements come in
// the order of their numbers, and gaps close. A blank may be `+` or `%20`.
// Where two names contradict each other, the later one wins.
nlohmann::json ReadQuery(absl::string_view query,
                         const google::protobuf::Descriptor& message);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_QUERY_H_
