#include "service/credentials/keeper_frame.h"

#include <cassert>

namespace tcgate {
namespace {

constexpr std::size_t kLengthBytes = 2;

std::optional<std::size_t> FieldCount(FrameKind kind) {
  switch (kind) {
    case FrameKind::kKeyRequest:
    case FrameKind::kKey:
      return 3;
    case FrameKind::kPair:
      return 2;
    case FrameKind::kRefusal:
      return 1;
    case FrameKind::kPairRequest:
      return 0;
  }
  return std::nullopt;
}

// Takes one field off the front of `rest`.
std::optional<absl::string_view> TakeField(absl::string_view& rest) {
  if (rest.size() < kLengthBytes) return std::nullopt;
  const std::size_t length =
      static_cast<unsigned char>(rest[0]) |
      static_cast<std::size_t>(static_cast<unsigned char>(rest[1])) << 8;
  rest.remove_prefix(kLengthBytes);
  if (rest.size() < length) return std::nullopt;
  const absl::string_view field = rest.substr(0, length);
  rest.remove_prefix(length);
  return field;
}

}  // namespace

std::string EncodeFrame(FrameKind kind,
                        std::initializer_list<absl::string_view> fields) {
  assert(FieldCount(kind) == fields.size());
  std::size_t size = 1;
  for (const absl::string_view field : fields) {
    assert(field.size() <= 0xffff);
    size += kLengthBytes + field.size();
  }
  std::string packet;
  packet.reserve(size);
  packet.push_back(static_cast<char>(kind));
  for (const absl::string_view field : fields) {
    packet.push_back(static_cast<char>(field.size() & 0xff));
    packet.push_back(static_cast<char>(field.size() >> 8));
    packet.append(field.data(), field.size());
  }
  return packet;
}

std::optional<Frame> ParseFrame(absl::string_view packet) {
  if (packet.empty()) return std::nullopt;
  Frame frame{static_cast<FrameKind>(packet.front()), {}};
  const std::optional<std::size_t> count = FieldCount(frame.kind);
  if (!count.has_value()) return std::nullopt;
  packet.remove_prefix(1);
  while (frame.fields.size() < *count) {
    const std::optional<absl::string_view> field = TakeField(packet);
    if (!field.has_value()) return std::nullopt;
    frame.fields.push_back(*field);
  }
  if (!packet.empty()) return std::nullopt;
  return frame;
}

}  // namespace tcgate
