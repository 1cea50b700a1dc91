// Any bytes as a request. What is encoded must be JSON, mean what protobuf
// reads, and be the same after a way to protobuf and back.

#include <google/protobuf/message.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "service/codec/decode.h"
#include "service/codec/encode.h"
#include "tests/codec/synthetic.h"

namespace tcgate {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void Encode(Synthetic& synthetic, Decoder& decoder, const std::string& wire,
            const EncodeOptions& options) {
  const MessageTable& table = synthetic.Table("All");
  std::string json;
  const Outcome outcome = EncodeJson(table, wire, options, json);
  SensitiveValues(synthetic.Table("Secrets"), wire);
  if (!outcome.ok()) {
    Check(outcome.ran == Ran::kNo && outcome.violations.size() == 1);
    return;
  }
  Check(json.size() <= options.max_bytes);
  Check(nlohmann::json::accept(json));

  const auto message = synthetic.New("All");
  Check(message->ParseFromString(wire));
  std::string same;
  Check(EncodeJson(table, message->SerializeAsString(), options, same).ok());
  Check(json == same);

  std::string decoded;
  std::vector<Loss> losses;
  std::string error;
  std::string copy = json;
  Check(decoder.DecodeObject(table, copy, decoded, losses, error));
  Check(losses.empty());
  std::string again;
  Check(EncodeJson(table, decoded, options, again).ok());
  Check(json == again);
}

}  // namespace
}  // namespace tcgate

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static auto& synthetic = *new tcgate::Synthetic;
  static auto& decoder = *new tcgate::Decoder;
  const std::string wire(reinterpret_cast<const char*>(data), size);
  tcgate::EncodeOptions options;
  options.max_bytes = 4096;
  tcgate::Encode(synthetic, decoder, wire, options);
  options.empty_lists = {"Lstr", "Lself.Self.Lok", "Self.Li64"};
  tcgate::Encode(synthetic, decoder, wire, options);
  return 0;
}
