// Any bytes as a stream of events. Wherever it is cut the events are the same;
// what is decoded of one must be protobuf.

#include <google/protobuf/message.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "service/codec/decode.h"
#include "service/codec/sse.h"
#include "tests/codec/synthetic.h"

namespace tcgate {
namespace {

constexpr std::size_t kLimit = 512;

void Check(bool holds) {
  if (!holds) std::abort();
}

struct Parsed {
  std::vector<std::string> events;
  bool too_large = false;
};

// Parses `body` in parts of `size` bytes.
Parsed Parse(absl::string_view body, std::size_t size) {
  SseParser parser(kLimit);
  Parsed parsed;
  std::string data;
  while (!body.empty()) {
    absl::string_view part = body.substr(0, size);
    body.remove_prefix(part.size());
    while (parser.Next(part, data)) parsed.events.push_back(data);
    Check(part.empty() || parser.too_large());
  }
  if (parser.Finish(data)) parsed.events.push_back(data);
  parsed.too_large = parser.too_large();
  return parsed;
}

void Run(Synthetic& synthetic, Decoder& decoder, absl::string_view body) {
  if (body.empty()) return;
  const std::size_t size = static_cast<unsigned char>(body[0]) % 16 + 1;
  body.remove_prefix(1);
  const Parsed whole = Parse(body, body.size() + 1);
  const Parsed cut = Parse(body, size);
  Check(whole.events == cut.events && whole.too_large == cut.too_large);
  for (std::string data : whole.events) {
    Check(data.size() <= kLimit);
    const Decoded decoded = decoder.DecodeEvent(synthetic.Table("Api"), data);
    Check(decoded.kind == Decoded::Kind::kReply || decoded.wire.empty());
    Check(synthetic.New("Api")->ParseFromString(decoded.wire));
  }
}

}  // namespace
}  // namespace tcgate

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static auto& synthetic = *new tcgate::Synthetic;
  static auto& decoder = *new tcgate::Decoder;
  tcgate::Run(synthetic, decoder, {reinterpret_cast<const char*>(data), size});
  return 0;
}
