// Any bytes as a reply and as an object. What is decoded must be protobuf, and
// say the same when it has been to JSON and back.

#include <google/protobuf/message.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "service/codec/decode.h"
#include "service/codec/encode.h"
#include "service/codec/losses.h"
#include "tests/codec/synthetic.h"

namespace tcgate {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

bool Parses(Synthetic& synthetic, const char* message,
            const std::string& wire) {
  return synthetic.New(message)->ParseFromString(wire);
}

void DecodeReply(Synthetic& synthetic, Decoder& decoder, std::string body) {
  const std::string before = body;
  const Decoded decoded = decoder.DecodeReply(synthetic.Table("Api"), body);
  Check(body == before);
  Check(decoded.losses.size() <= kMaxLosses);
  switch (decoded.kind) {
    case Decoded::Kind::kReply:
      Check(Parses(synthetic, "Api", decoded.wire));
      break;
    case Decoded::Kind::kError:
      Check(!decoded.error_code.empty() && decoded.wire.empty());
      break;
    case Decoded::Kind::kNoEnvelope:
      Check(decoded.wire.empty() && decoded.error_code.empty());
      break;
  }
}

void DecodeObject(Synthetic& synthetic, Decoder& decoder, std::string json) {
  const MessageTable& table = synthetic.Table("All");
  std::string wire;
  std::vector<Loss> losses;
  std::string error;
  if (!decoder.DecodeObject(table, json, wire, losses, error)) {
    // Nothing that another parser takes is refused, but what is nested too
    // deeply, and but for a byte order mark and an end at a NUL.
    if (json.size() < 1000 && json.find('\0') == std::string::npos &&
        json.rfind("\xef\xbb\xbf", 0) != 0) {
      Check(!nlohmann::json::parse(json, nullptr, false).is_object());
    }
    return;
  }
  Check(Parses(synthetic, "All", wire));

  // NaN, for null in a list, has no JSON.
  std::string once;
  if (!EncodeJson(table, wire, {}, once).ok()) return;
  std::string copy = once;
  std::string twice;
  Check(decoder.DecodeObject(table, copy, wire, losses, error));
  Check(losses.empty());
  Check(EncodeJson(table, wire, {}, twice).ok());
  Check(once == twice);
}

}  // namespace
}  // namespace tcgate

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static auto& synthetic = *new tcgate::Synthetic;
  static auto& decoder = *new tcgate::Decoder;
  const std::string input(reinterpret_cast<const char*>(data), size);
  tcgate::DecodeReply(synthetic, decoder, input);
  tcgate::DecodeObject(synthetic, decoder, input);
  return 0;
}
