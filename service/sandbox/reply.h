#ifndef TCGATE_SERVICE_SANDBOX_REPLY_H_
#define TCGATE_SERVICE_SANDBOX_REPLY_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/string_view.h"
#include "service/sandbox/vendor_error.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace tcgate {

// Replies keep the order of their type, as the vendor's do.
using ReplyJson = nlohmann::ordered_json;

// Returns the member that JSON calls `name`, or null.
const google::protobuf::FieldDescriptor* FindMember(
    const google::protobuf::Descriptor& message, absl::string_view name);

// The reply of an action of which nothing but the type is known: numbers are 0,
// texts, lists and objects empty, and a text whose name ends in `Id` is new.
// Without RequestId, which `Envelope` gives.
ReplyJson Blank(const google::protobuf::Descriptor& message);

// Copies the members of `record` that `message` has, in its order; a number
// becomes text where the type asks for it.
void Project(const nlohmann::json& record,
             const google::protobuf::Descriptor& message, ReplyJson& object);

std::string NewRequestId();

// Returns the reply as it is sent, with `request_id`.
std::string Envelope(ReplyJson reply, const std::string& request_id);

// The reply that says `error`, with a request id of its own.
std::string ErrorReply(const VendorError& error);

// Writes JSON; what is no UTF-8 is replaced, since requests are echoed.
std::string Dump(const ReplyJson& value);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_REPLY_H_
