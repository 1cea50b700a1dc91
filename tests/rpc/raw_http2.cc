#include "tests/rpc/raw_http2.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstddef>

#include "service/credentials/unique_fd.h"
#include "service/rpc/listen_address.h"

namespace tcgate {
namespace {

constexpr char kData = 0, kHeaders = 1, kSettings = 4;
constexpr char kEndStream = 1, kEndHeaders = 4;

std::string Frame(char type, char flags, char stream,
                  const std::string& payload) {
  std::string frame;
  frame += static_cast<char>(payload.size() >> 16);
  frame += static_cast<char>(payload.size() >> 8);
  frame += static_cast<char>(payload.size());
  frame += type;
  frame += flags;
  frame += std::string(3, '\0') + stream;
  return frame + payload;
}

// A literal field without indexing and without Huffman code.
std::string Field(const std::string& key, const std::string& value) {
  std::string field(1, '\0');
  field += static_cast<char>(key.size()) + key;
  field += static_cast<char>(value.size()) + value;
  return field;
}

// Whether `received` holds the last frame of stream 1.
bool HasEnd(const std::string& received) {
  std::size_t at = 0;
  while (at + 9 <= received.size()) {
    const auto byte = [&received, at](std::size_t i) {
      return static_cast<unsigned char>(received[at + i]);
    };
    const std::size_t length =
        std::size_t{byte(0)} << 16 | std::size_t{byte(1)} << 8 | byte(2);
    if (at + 9 + length > received.size()) return false;
    const bool ends =
        byte(8) == 1 && byte(3) <= kHeaders && (byte(4) & kEndStream) != 0;
    if (ends) return true;
    at += 9 + length;
  }
  return false;
}

}  // namespace

std::string RawCall(
    const std::string& address, const std::string& path,
    const std::string& data,
    const std::vector<std::pair<std::string, std::string>>& headers) {
  const auto to = ParseListenAddress(address);
  const UniqueFd fd(socket(to->get()->sa_family, SOCK_STREAM, 0));
  const timeval patience = {10, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  EXPECT_EQ(connect(fd.get(), to->get(), to->length), 0);

  std::string block = Field(":method", "POST") + Field(":scheme", "http") +
                      Field(":path", path) + Field(":authority", "test") +
                      Field("te", "trailers") +
                      Field("content-type", "application/grpc");
  for (const auto& [key, value] : headers) block += Field(key, value);
  const std::string request = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" +
                              Frame(kSettings, 0, 0, "") +
                              Frame(kHeaders, kEndHeaders, 1, block) +
                              Frame(kData, kEndStream, 1, data);
  EXPECT_EQ(send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));

  std::string received;
  char buffer[4096];
  while (!HasEnd(received)) {
    const ssize_t count = recv(fd.get(), buffer, sizeof(buffer), 0);
    if (count <= 0) break;
    received.append(buffer, static_cast<std::size_t>(count));
  }
  return received;
}

std::string TrailerOf(const std::string& received, const std::string& key) {
  const std::size_t at = received.find(key);
  if (at == std::string::npos) return "(none)";
  const std::size_t length_at = at + key.size();
  return received.substr(length_at + 1,
                         static_cast<unsigned char>(received[length_at]));
}

}  // namespace tcgate
