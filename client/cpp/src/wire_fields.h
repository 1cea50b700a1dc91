#ifndef TCGATE_CLIENT_SRC_WIRE_FIELDS_H_
#define TCGATE_CLIENT_SRC_WIRE_FIELDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "google/protobuf/unknown_field_set.h"

namespace tcgate::client {

// A message read by field numbers alone. The library has no generated code of
// the messages that it reads: a program that has its own would then hold them
// twice, and protobuf ends such a program at start.
class WireFields {
 public:
  // Nothing is set where `bytes` are no message.
  explicit WireFields(const std::string& bytes);

  // The last value, as protobuf has it. Empty or zero if not set.
  std::string Bytes(int number) const;
  std::int64_t Varint(int number) const;

  // All values of a repeated field.
  std::vector<std::string> AllBytes(int number) const;

 private:
  google::protobuf::UnknownFieldSet fields_;
};

}  // namespace tcgate::client

#endif  // TCGATE_CLIENT_SRC_WIRE_FIELDS_H_
