#ifndef TCGATE_SERVICE_CODEC_MESSAGE_DECODER_H_
#define TCGATE_SERVICE_CODEC_MESSAGE_DECODER_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/codec/decode.h"
#include "service/codec/json_tokens.h"
#include "service/codec/losses.h"
#include "service/codec/message_table.h"
#include "service/codec/wire_writer.h"

namespace tcgate {

// Turns the objects of a JSON document into protobuf wire bytes, by the table
// of README ("what replies may get wrong"). Methods that return false do so
// where the document is not JSON, never because of what a member holds.
class MessageDecoder {
 public:
  // Both must outlive this.
  MessageDecoder(JsonTokens& tokens, WireWriter& wire)
      : tokens_(tokens), wire_(wire) {}

  // To be called before each document. `losses` must live until the next.
  void Start(std::vector<Loss>& losses) { losses_.Start(losses); }

  // Takes the object that is next.
  bool Message(const MessageTable& table);

  // An object whose members the caller passes one by one.
  struct Object {
    explicit Object(const MessageTable& type) : table(type) {}

    const MessageTable& table;
    std::size_t place = 0;  // In `followers` of the table.
    // Members met by their exact name; those beyond count as not met. The
    // vendor's largest message has 106.
    std::bitset<256> met;
  };

  // Takes the value of the member `key`.
  bool Field(Object& object, absl::string_view key);

 private:
  // What became of a value. It is taken from the document in any case; on the
  // wire there is something only after kValue.
  enum class Taken { kValue, kAbsent, kLost, kNotJson };

  const Member* Find(Object& object, absl::string_view key);
  Taken List(const Member& member);
  Taken Elements(const Member& member);
  bool Element(const Member& member, bool& lost);
  Taken Single(const Member& member);
  Taken Number(const Member& member, std::uint64_t& bits);
  Taken Text(const Member& member);
  Taken QuotedText(const Member& member);
  Taken CompactText(const Member& member);
  Taken Nested(const Member& member);
  Taken SkippedAs(Taken taken);

  JsonTokens& tokens_;
  WireWriter& wire_;
  Losses losses_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_MESSAGE_DECODER_H_
