#include "service/rpc/message_bytes.h"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "grpcpp/support/slice.h"
#include "grpcpp/support/status.h"

namespace tcgate {
namespace {

// From here on an allocation for the owner of the bytes is cheaper than a copy
// of them (chosen).
constexpr std::size_t kCopyBelow = 2048;

grpc::Slice ToSlice(std::string bytes) {
  if (bytes.size() < kCopyBelow) return {bytes.data(), bytes.size()};
  auto owner = std::make_unique<std::string>(std::move(bytes));
  std::string& text = *owner;
  return {text.data(), text.size(),
          [](void* string) { delete static_cast<std::string*>(string); },
          owner.release()};
}

}  // namespace

std::string ToBytes(const grpc::ByteBuffer& message) {
  std::string bytes;
  if (!message.Valid()) return bytes;
  const auto append = [&bytes](const grpc::Slice& slice) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  };
  grpc::Slice only;
  if (message.TrySingleSlice(&only).ok()) {
    append(only);
    return bytes;
  }
  std::vector<grpc::Slice> slices;
  if (!message.Dump(&slices).ok()) return bytes;
  bytes.reserve(message.Length());
  for (const grpc::Slice& slice : slices) append(slice);
  return bytes;
}

grpc::ByteBuffer ToByteBuffer(std::string bytes) {
  const grpc::Slice slice = ToSlice(std::move(bytes));
  return {&slice, 1};
}

}  // namespace tcgate
