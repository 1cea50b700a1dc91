#ifndef TCGATE_CLIENT_CLI_REQUEST_BODY_H_
#define TCGATE_CLIENT_CLI_REQUEST_BODY_H_

#include <string>

#include "service/catalog/action.h"
#include "service/codec/table.h"

namespace tcgate {

// Turns JSON that a person wrote into the wire bytes of a request of `action`,
// whose table is `table`. Strict, where the gateway is lenient with the vendor:
// what is written must arrive whole. Returns what is wrong, each member by its
// path, or nothing.
std::string EncodeBody(const Action& action, const MessageTable& table,
                       std::string json, std::string& wire);

}  // namespace tcgate

#endif  // TCGATE_CLIENT_CLI_REQUEST_BODY_H_
