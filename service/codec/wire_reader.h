#ifndef TCGATE_SERVICE_CODEC_WIRE_READER_H_
#define TCGATE_SERVICE_CODEC_WIRE_READER_H_

#include <cstdint>
#include <cstring>
#include <limits>

#include "absl/strings/string_view.h"
#include "service/codec/message_table.h"

namespace tcgate {

// Reads protobuf wire bytes from front to back. Every method returns false, and
// must not be followed by another, if the bytes are cut or malformed.
class WireReader {
 public:
  explicit WireReader(absl::string_view wire)
      : at_(wire.data()), end_(wire.data() + wire.size()) {}

  bool done() const { return at_ == end_; }

  // Where it stands.
  const char* at() const { return at_; }

  bool Varint(std::uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 70 && at_ != end_; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(*at_++);
      // Bits over 64 are dropped, as protobuf does.
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  // Groups are malformed: no catalogue has them.
  bool Tag(std::uint32_t& number, WireType& type) {
    std::uint64_t tag = 0;
    if (!Varint(tag)) return false;
    if (tag > std::numeric_limits<std::uint32_t>::max()) return false;
    number = static_cast<std::uint32_t>(tag >> 3);
    type = static_cast<WireType>(tag & 7);
    switch (type) {
      case WireType::kVarint:
      case WireType::kFixed64:
      case WireType::kLength:
      case WireType::kFixed32:
        return number != 0;
    }
    return false;
  }

  bool Bytes(absl::string_view& bytes) {
    std::uint64_t size;
    if (!Varint(size)) return false;
    if (size > static_cast<std::uint64_t>(end_ - at_)) return false;
    bytes = {at_, static_cast<std::size_t>(size)};
    at_ += size;
    return true;
  }

  // Reads a value of any type but kLength.
  bool Number(WireType type, std::uint64_t& bits) {
    switch (type) {
      case WireType::kVarint:
        return Varint(bits);
      case WireType::kFixed64:
        return Fixed<std::uint64_t>(bits);
      case WireType::kFixed32:
        return Fixed<std::uint32_t>(bits);
      case WireType::kLength:
        break;
    }
    return false;
  }

 private:
  template <typename T>
  bool Fixed(std::uint64_t& bits) {
    static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
    T value;
    if (end_ - at_ < static_cast<std::ptrdiff_t>(sizeof(value))) return false;
    std::memcpy(&value, at_, sizeof(value));
    at_ += sizeof(value);
    bits = value;
    return true;
  }

  const char* at_;
  const char* end_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_WIRE_READER_H_
