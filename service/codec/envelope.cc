#include "service/codec/envelope.h"

#include <string>

#include "absl/strings/string_view.h"
#include "service/codec/json_string.h"

namespace tcgate {
namespace {

class Envelope {
 public:
  Envelope(const MessageTable& table, JsonTokens& tokens,
           MessageDecoder& decoder, const WireWriter& wire, Decoded& decoded)
      : tokens_(tokens),
        decoder_(decoder),
        wire_(wire),
        decoded_(decoded),
        response_(table),
        declares_error_(table.FindName("Error") != nullptr),
        declares_request_id_(table.FindName("RequestId") != nullptr) {}

  Decoded::Kind Read();
  Decoded::Kind ReadBare();

 private:
  bool Root(absl::string_view key);
  bool BareRoot(absl::string_view key);
  bool WholeResponse();
  bool Response(absl::string_view key);
  bool UndeclaredError();
  bool ErrorMember(absl::string_view key);
  // Takes any value as text; null, objects and lists as empty.
  bool Text(std::string& text);
  Decoded::Kind Judge();

  JsonTokens& tokens_;
  MessageDecoder& decoder_;
  const WireWriter& wire_;
  Decoded& decoded_;
  MessageDecoder::Object response_;
  const bool declares_error_;
  const bool declares_request_id_;

  bool has_response_ = false;
  bool has_members_ = false;              // Other than the two of envelopes.
  bool has_odd_error_ = false;            // `Error` that is no object.
  const std::uint32_t* error_ = nullptr;  // Where the object `Error` is.
  std::string old_code_;                  // Of the old form.
};

Decoded::Kind Envelope::Read() {
  using Kind = Decoded::Kind;
  if (tokens_.Peek() != '{') return Kind::kNoEnvelope;
  if (!tokens_.Object([&](absl::string_view key) { return Root(key); }) ||
      !tokens_.at_end()) {
    return Kind::kNoEnvelope;
  }
  return Judge();
}

Decoded::Kind Envelope::ReadBare() {
  using Kind = Decoded::Kind;
  if (tokens_.Peek() != '{') return Kind::kNoEnvelope;
  if (!tokens_.Object([&](absl::string_view key) { return BareRoot(key); }) ||
      !tokens_.at_end()) {
    return Kind::kNoEnvelope;
  }
  has_response_ = true;
  return Judge();
}

Decoded::Kind Envelope::Judge() {
  using Kind = Decoded::Kind;
  if (!has_response_) {
    if (old_code_.empty() || old_code_ == "0") return Kind::kNoEnvelope;
    if (decoded_.error_code.empty()) decoded_.error_code = old_code_;
    return Kind::kError;
  }
  if (has_odd_error_) return Kind::kNoEnvelope;
  decoded_.error_code.clear();  // The old form beside `Response` says nothing.
  decoded_.error_message.clear();
  // Where the type has an `Error` of its own, another member makes it a reply.
  if (error_ == nullptr || (declares_error_ && has_members_)) {
    return Kind::kReply;
  }
  tokens_.Seek(error_);
  if (!tokens_.Object(
          [&](absl::string_view key) { return ErrorMember(key); })) {
    return Kind::kNoEnvelope;
  }
  return decoded_.error_code.empty() ? Kind::kNoEnvelope : Kind::kError;
}

bool Envelope::Root(absl::string_view key) {
  if (key == "Response" && tokens_.Peek() == '{') return WholeResponse();
  if (key == "code") return Text(old_code_);
  if (key == "codeDesc") return Text(decoded_.error_code);
  if (key == "message") return Text(decoded_.error_message);
  return tokens_.SkipMember(key);
}

bool Envelope::BareRoot(absl::string_view key) {
  const bool wrapped = key == "Response" && tokens_.Peek() == '{' &&
                       response_.table.FindName(key) == nullptr;
  return wrapped ? WholeResponse() : Response(key);
}

bool Envelope::WholeResponse() {
  // Of two, neither can be believed.
  if (has_response_) return false;
  has_response_ = true;
  return tokens_.Object(
      [&](absl::string_view member) { return Response(member); });
}

bool Envelope::Response(absl::string_view key) {
  if (key == "RequestId") {
    const std::uint32_t* const here = tokens_.position();
    if (!Text(decoded_.request_id)) return false;
    if (!declares_request_id_) return true;
    tokens_.Seek(here);
    return decoder_.Field(response_, key);
  }
  if (key == "Error") {
    if (tokens_.Peek() == '{') error_ = tokens_.position();
    return declares_error_ ? decoder_.Field(response_, key) : UndeclaredError();
  }
  const std::size_t before = wire_.size();
  if (!decoder_.Field(response_, key)) return false;
  has_members_ |= wire_.size() != before;
  return true;
}

bool Envelope::UndeclaredError() {
  std::string text;
  switch (tokens_.Peek()) {
    case '{':
      return tokens_.Skip();
    case '[':
      return tokens_.Array([&] {
        has_odd_error_ = true;
        return tokens_.Skip();
      });
    default:
      if (!Text(text)) return false;
      has_odd_error_ |= !text.empty();
      return true;
  }
}

bool Envelope::ErrorMember(absl::string_view key) {
  if (key == "Code") return Text(decoded_.error_code);
  if (key == "Message") return Text(decoded_.error_message);
  return tokens_.SkipMember(key);
}

bool Envelope::Text(std::string& text) {
  text.clear();
  const char first = tokens_.Peek();
  if (first == '{' || first == '[') return tokens_.Skip();
  absl::string_view token;
  if (!tokens_.Scalar(token)) return false;
  if (first == 'n') return true;
  if (first != '"') {
    text = std::string(token);
    return true;
  }
  token = token.substr(1, token.size() - 2);
  text.resize(token.size());
  std::size_t size = 0;
  if (Unescape(token, text.data(), size) == Unescaped::kNotJson) return false;
  text.resize(size);
  return true;
}

}  // namespace

Decoded::Kind ReadEnvelope(const MessageTable& table, JsonTokens& tokens,
                           MessageDecoder& decoder, const WireWriter& wire,
                           Decoded& decoded) {
  return Envelope(table, tokens, decoder, wire, decoded).Read();
}

Decoded::Kind ReadEvent(const MessageTable& table, JsonTokens& tokens,
                        MessageDecoder& decoder, const WireWriter& wire,
                        Decoded& decoded) {
  return Envelope(table, tokens, decoder, wire, decoded).ReadBare();
}

}  // namespace tcgate
