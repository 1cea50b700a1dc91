#ifndef TCGATE_SERVICE_CONFIG_READ_SCALAR_H_
#define TCGATE_SERVICE_CONFIG_READ_SCALAR_H_

#include <string>

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace tcgate::config::v1 {
class Key;
}  // namespace tcgate::config::v1

namespace tcgate {

// Reads `text` as the type of `field` and `key` ask, and sets the field, or
// appends to a repeated one. Returns what is wrong with the text and what
// would be right, or nothing.
std::string ReadScalar(const std::string& text,
                       const google::protobuf::FieldDescriptor& field,
                       const config::v1::Key& key,
                       google::protobuf::Message& message);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CONFIG_READ_SCALAR_H_
