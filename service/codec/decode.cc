#include "service/codec/decode.h"

#include "absl/strings/str_cat.h"
#include "service/codec/envelope.h"
#include "service/codec/json_tokens.h"
#include "service/codec/message_decoder.h"
#include "service/codec/wire_writer.h"

namespace tcgate {
namespace {

// Buffers up to the size of a large list are kept; one of a giant reply would
// be held by every thread for ever.
constexpr std::size_t kMaxKeptBytes = 1 << 20;

}  // namespace

struct Decoder::Parts {
  JsonTokens tokens;
  WireWriter wire;
  MessageDecoder messages{tokens, wire};

  void Shrink() {
    tokens.Shrink(kMaxKeptBytes);
    wire.Clear(kMaxKeptBytes);
  }
};

Decoder::Decoder() : parts_(std::make_unique<Parts>()) {}
Decoder::~Decoder() = default;

Decoded Decoder::DecodeReply(const MessageTable& table, std::string& body) {
  return Decode(table, body, ReadEnvelope);
}

Decoded Decoder::DecodeEvent(const MessageTable& table, std::string& data) {
  return Decode(table, data, ReadEvent);
}

Decoded Decoder::Decode(const MessageTable& table, std::string& json,
                        Reader read) {
  Parts& parts = *parts_;
  Decoded decoded;
  const bool is_giant = json.size() > kMaxKeptBytes;
  if (parts.tokens.Index(json)) {
    // Of a text the message has fewer bytes than the JSON.
    if (is_giant) parts.wire.Expect(json.size());
    parts.messages.Start(decoded.losses);
    decoded.kind =
        read(table, parts.tokens, parts.messages, parts.wire, decoded);
  }
  switch (decoded.kind) {
    case Decoded::Kind::kReply:
      // A copy, so that what is kept of a reply is as long as the reply, but
      // never two of a giant one: pages that were not touched take no memory.
      decoded.wire = is_giant && parts.wire.size() > json.size() / 2
                         ? parts.wire.Take()
                         : std::string(parts.wire.bytes());
      break;
    case Decoded::Kind::kError:
      decoded.losses.clear();
      break;
    case Decoded::Kind::kNoEnvelope:
      decoded = Decoded();
      break;
  }
  parts.Shrink();
  return decoded;
}

bool Decoder::DecodeObject(const MessageTable& table, std::string& json,
                           std::string& wire, std::vector<Loss>& losses,
                           std::string& error) {
  Parts& parts = *parts_;
  losses.clear();
  error.clear();
  wire.clear();
  if (!parts.tokens.Index(json)) {
    error = "not JSON in UTF-8";
  } else if (parts.tokens.Peek() != '{') {
    error = "not a JSON object";
  } else {
    parts.messages.Start(losses);
    if (parts.messages.Message(table) && parts.tokens.at_end()) {
      wire = std::string(parts.wire.bytes());
    } else {
      error = absl::StrCat("not JSON at byte ", parts.tokens.offset());
    }
  }
  parts.Shrink();
  return error.empty();
}

}  // namespace tcgate
