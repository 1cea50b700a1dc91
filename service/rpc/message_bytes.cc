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

grpc::Slice ToSlice(SharedBytes bytes) {
  if (bytes == nullptr) return {};
  if (bytes->size() < kCopyBelow) return {bytes->data(), bytes->size()};
  auto owner = std::make_unique<SharedBytes>(std::move(bytes));
  const std::string& text = **owner;
  // gRPC only reads it.
  return {const_cast<char*>(text.data()), text.size(),
          [](void* shared) { delete static_cast<SharedBytes*>(shared); },
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
  return ToByteBuffer(std::make_shared<const std::string>(std::move(bytes)));
}

grpc::ByteBuffer ToByteBuffer(SharedBytes bytes) {
  const grpc::Slice slice = ToSlice(std::move(bytes));
  return {&slice, 1};
}

}  // namespace tcgate
