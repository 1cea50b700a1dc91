#ifndef TCGATE_TESTS_RPC_RAW_HTTP2_H_
#define TCGATE_TESTS_RPC_RAW_HTTP2_H_

#include <string>
#include <utility>
#include <vector>

namespace tcgate {

// One gRPC call in bytes of our own choosing, for what no gRPC library sends:
// `data` goes out as the body, as it is, and the client's side is closed.
// Returns all that the server sent until it ended the stream, undecoded. gRPC
// sends short ASCII trailers uncompressed, so that `grpc-status` is found by
// `TrailerOf`.
std::string RawCall(
    const std::string& address, const std::string& path,
    const std::string& data,
    const std::vector<std::pair<std::string, std::string>>& headers = {});

// Returns the value of a trailer in what `RawCall` returned, or `(none)`.
std::string TrailerOf(const std::string& received, const std::string& key);

}  // namespace tcgate

#endif  // TCGATE_TESTS_RPC_RAW_HTTP2_H_
