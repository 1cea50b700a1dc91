#ifndef TCGATE_SERVICE_CODEC_DECODE_H_
#define TCGATE_SERVICE_CODEC_DECODE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/codec/table.h"

namespace tcgate {

class JsonTokens;
class MessageDecoder;
class WireWriter;

// A member of a reply that could not be represented and was dropped; of a text
// only half a surrogate pair, which became U+FFFD.
struct Loss {
  // Path by the names of the catalogue, `Devices.LicenseCount`, list positions
  // left out, so that the set is bounded. An unknown member is `Devices.?`.
  std::string member;
};

// What a reply body turned out to be.
struct Decoded {
  enum class Kind {
    kReply,       // `{"Response":{...}}`; `wire` holds it.
    kError,       // `{"Response":{"Error":{...}}}`, or the old `codeDesc` form.
    kNoEnvelope,  // Empty, no JSON, cut, or JSON of another shape; of an
                  // event, anything but an object.
  };
  Kind kind = Kind::kNoEnvelope;
  std::string wire;           // Protobuf wire bytes of the response message.
  std::string error_code;     // The vendor's, as sent. Never empty for kError.
  std::string error_message;  // As sent, not yet cut or masked.
  std::string request_id;     // May be empty.
  std::vector<Loss> losses;   // Each member once; at most 64.
};

// Turns Tencent JSON into protobuf wire bytes, straight. Lenient by the table
// of README ("what replies may get wrong"): no member ever fails a reply.
// A member of type bytes takes the characters of the string as they are.
// Messages nested over 100 levels deep are lost, since protobuf would not read
// them; JSON nested over some 1,100 levels deep is taken for none.
//
// Keeps buffers between calls. Not thread-safe: one for each thread.
class Decoder {
 public:
  Decoder();
  ~Decoder();

  // Decodes a whole reply body with its envelope, in one pass. `body` may be
  // given spare capacity; its characters are not changed. With 64 bytes of it,
  // nothing is copied.
  Decoded DecodeReply(const MessageTable& table, std::string& body);

  // Decodes the data of one event of a stream, in the same way: the object is
  // the message itself, `{"Type":"chunk",...}`, and an error if it has an
  // `Error` as envelopes have. `{"Response":{...}}` is taken, too.
  Decoded DecodeEvent(const MessageTable& table, std::string& data);

  // Decodes one bare object, such as a request written by hand. False if it is
  // no JSON object, with the reason in `error`; what could not be represented
  // is in `losses`, and the caller decides whether that is a fault.
  bool DecodeObject(const MessageTable& table, std::string& json,
                    std::string& wire, std::vector<Loss>& losses,
                    std::string& error);

 private:
  struct Parts;
  using Reader = Decoded::Kind (*)(const MessageTable& table,
                                   JsonTokens& tokens, MessageDecoder& decoder,
                                   const WireWriter& wire, Decoded& decoded);

  Decoded Decode(const MessageTable& table, std::string& json, Reader read);

  std::unique_ptr<Parts> parts_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_DECODE_H_
