#ifndef TCGATE_SERVICE_RPC_MESSAGE_BYTES_H_
#define TCGATE_SERVICE_RPC_MESSAGE_BYTES_H_

#include <string>

#include "grpcpp/support/byte_buffer.h"
#include "service/base/shared_bytes.h"

namespace tcgate {

// Copies a message out of gRPC's slices. An invalid buffer, which is how gRPC
// shows a message that is missing or cut, gives an empty string: where that
// matters, ask `Valid()` first.
std::string ToBytes(const grpc::ByteBuffer& message);

// Hands a message to gRPC; a large one without copying it, so that `bytes` live
// until it is sent. Null is an empty message.
grpc::ByteBuffer ToByteBuffer(SharedBytes bytes);
grpc::ByteBuffer ToByteBuffer(std::string bytes);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_MESSAGE_BYTES_H_
