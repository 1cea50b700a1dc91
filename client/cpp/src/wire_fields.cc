#include "src/wire_fields.h"

namespace tcgate::client {

using google::protobuf::UnknownField;

WireFields::WireFields(const std::string& bytes) {
  if (!fields_.ParseFromString(bytes)) fields_.Clear();
}

std::string WireFields::Bytes(int number) const {
  const std::vector<std::string> all = AllBytes(number);
  return all.empty() ? "" : all.back();
}

std::int64_t WireFields::Varint(int number) const {
  std::int64_t value = 0;
  for (int i = 0; i < fields_.field_count(); ++i) {
    const UnknownField& field = fields_.field(i);
    if (field.number() == number && field.type() == UnknownField::TYPE_VARINT) {
      value = static_cast<std::int64_t>(field.varint());
    }
  }
  return value;
}

std::vector<std::string> WireFields::AllBytes(int number) const {
  std::vector<std::string> all;
  for (int i = 0; i < fields_.field_count(); ++i) {
    const UnknownField& field = fields_.field(i);
    if (field.number() == number &&
        field.type() == UnknownField::TYPE_LENGTH_DELIMITED) {
      all.push_back(field.length_delimited());
    }
  }
  return all;
}

}  // namespace tcgate::client
