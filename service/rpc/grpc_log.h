#ifndef TCGATE_SERVICE_RPC_GRPC_LOG_H_
#define TCGATE_SERVICE_RPC_GRPC_LOG_H_

namespace tcgate {

// Makes gRPC log its errors as one line on stderr that says where in gRPC, and
// nothing else: its own messages print what peers send. At most
// `kMostLogLines` lines a second, so that no peer can fill a disk.
inline constexpr int kMostLogLines = 10;

// For the whole process. Thread-safe; further calls change nothing.
void LogOnlyPlacesOfGrpcErrors();

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_GRPC_LOG_H_
