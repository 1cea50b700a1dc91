#include "service/codec/message_decoder.h"

#include <atomic>
#include <bit>
#include <limits>
#include <string>

#include "service/codec/bytes.h"
#include "service/codec/json_string.h"
#include "service/codec/scalars.h"

namespace tcgate {
namespace {

// The token of an empty string.
constexpr absl::string_view kNoText = "\"\"";

// What stands between the quotes of a string token.
absl::string_view Inside(absl::string_view token) {
  return token.substr(1, token.size() - 2);
}

bool HasEscapes(absl::string_view text) {
  return text.find('\\') != absl::string_view::npos;
}

// Stands for an element of a list that has no value, so that the others keep
// their places.
std::uint64_t NoNumber(Kind kind) {
  switch (kind) {
    case Kind::kDouble:
      return std::bit_cast<std::uint64_t>(
          std::numeric_limits<double>::quiet_NaN());
    case Kind::kFloat:
      return std::bit_cast<std::uint32_t>(
          std::numeric_limits<float>::quiet_NaN());
    default:
      return 0;
  }
}

}  // namespace

bool MessageDecoder::Message(const MessageTable& table) {
  Object object(table);
  return tokens_.Object(
      [&](absl::string_view key) { return Field(object, key); });
}

bool MessageDecoder::Field(Object& object, absl::string_view key) {
  const Member* member = Find(object, key);
  if (member == nullptr) {
    losses_.Lose(nullptr);
    return tokens_.SkipMember(key);
  }
  const Taken taken = member->repeated ? List(*member) : Single(*member);
  if (taken == Taken::kLost) losses_.Lose(member);
  return taken != Taken::kNotJson;
}

const Member* MessageDecoder::Find(Object& object, absl::string_view key) {
  const std::vector<Member>& members = object.table.members;
  std::atomic<std::uint16_t>& follower = object.table.followers[object.place];
  const std::size_t guess = follower.load(std::memory_order_relaxed);
  const Member* member = nullptr;
  if (guess < members.size() && SameBytes(members[guess].name, key)) {
    member = &members[guess];
  } else {
    std::string plain;
    if (HasEscapes(key)) {
      plain.resize(key.size());
      std::size_t size = 0;
      Unescape(key, plain.data(), size);
      key = absl::string_view(plain.data(), size);
    }
    member = object.table.FindName(key);
    if (member == nullptr) {
      // The exact name, where it is there too, is the one that is meant.
      member = object.table.FindFolded(key);
      const bool met = member != nullptr && member->index < object.met.size() &&
                       object.met[member->index];
      return met ? nullptr : member;
    }
    follower.store(member->index, std::memory_order_relaxed);
  }
  object.place = member->index + std::size_t{1};
  if (member->index < object.met.size()) object.met.set(member->index);
  return member;
}

MessageDecoder::Taken MessageDecoder::List(const Member& member) {
  switch (tokens_.Peek()) {
    case 'n':
      return SkippedAs(Taken::kAbsent);
    case '"': {
      const std::uint32_t* const here = tokens_.position();
      if (tokens_.Take() == kNoText) return Taken::kAbsent;
      tokens_.Seek(here);
      break;
    }
    default:
      break;
  }
  const std::size_t before = wire_.size();
  const Taken taken = Elements(member);
  if (taken != Taken::kValue) wire_.Truncate(before);
  return taken;
}

// A list is whole or absent: leaving out one element would shift the others,
// and a value made up for it could not be told from a real one.
MessageDecoder::Taken MessageDecoder::Elements(const Member& member) {
  std::size_t begin = 0;
  if (member.packed()) {
    wire_.Tag(member);
    begin = wire_.BeginLength();
  }
  const std::size_t before = wire_.size();
  bool lost = false;
  const bool json = tokens_.Peek() == '['
                        ? tokens_.Array([&] { return Element(member, lost); })
                        : Element(member, lost);
  if (!json) return Taken::kNotJson;
  if (lost) return Taken::kLost;
  if (wire_.size() == before) return Taken::kAbsent;
  if (member.packed()) wire_.EndLength(begin);
  return Taken::kValue;
}

bool MessageDecoder::Element(const Member& member, bool& lost) {
  // There are no lists of lists.
  if (lost || tokens_.Peek() == '[') {
    lost = true;
    return tokens_.Skip();
  }
  Taken taken;
  if (member.packed()) {
    std::uint64_t bits = 0;
    taken = Number(member, bits);
    if (taken == Taken::kAbsent) bits = NoNumber(member.kind);
    if (taken <= Taken::kAbsent) wire_.Number(member, bits);
  } else {
    taken = Single(member);
    if (taken == Taken::kAbsent) {
      wire_.Tag(member);
      wire_.Varint(0);
    }
  }
  lost = taken == Taken::kLost;
  return taken != Taken::kNotJson;
}

MessageDecoder::Taken MessageDecoder::Single(const Member& member) {
  switch (member.kind) {
    case Kind::kMessage:
      return Nested(member);
    case Kind::kString:
    case Kind::kBytes:
      return Text(member);
    default: {
      std::uint64_t bits = 0;
      const Taken taken = Number(member, bits);
      if (taken == Taken::kValue) {
        wire_.Tag(member);
        wire_.Number(member, bits);
      }
      return taken;
    }
  }
}

MessageDecoder::Taken MessageDecoder::Number(const Member& member,
                                             std::uint64_t& bits) {
  absl::string_view text;
  switch (tokens_.Peek()) {
    case '{':
    case '[':
      return SkippedAs(Taken::kLost);
    case 'n':
      return SkippedAs(Taken::kAbsent);
    default:
      if (!tokens_.Scalar(text)) return Taken::kNotJson;
      break;
  }
  if (text.front() == '"') text = Inside(text);
  if (text.empty()) return Taken::kAbsent;
  return ParseNumber(member, text, bits) ? Taken::kValue : Taken::kLost;
}

MessageDecoder::Taken MessageDecoder::Text(const Member& member) {
  switch (tokens_.Peek()) {
    case '"':
      return QuotedText(member);
    case '{':
    case '[':
      return CompactText(member);
    case 'n':
      return SkippedAs(Taken::kAbsent);
    default:
      break;
  }
  absl::string_view token;
  if (!tokens_.Scalar(token)) return Taken::kNotJson;
  wire_.Tag(member);
  wire_.Varint(token.size());
  wire_.Bytes(token);
  return Taken::kValue;
}

MessageDecoder::Taken MessageDecoder::QuotedText(const Member& member) {
  const absl::string_view text = Inside(tokens_.Take());
  const std::size_t before = wire_.size();
  wire_.Tag(member);
  wire_.Varint(text.size());
  if (CopyWithoutBackslash(text, wire_.Room(text.size()))) {
    wire_.Advance(text.size());
    return Taken::kValue;
  }
  wire_.Truncate(before);
  wire_.Tag(member);
  const std::size_t begin = wire_.BeginLength();
  std::size_t size = 0;
  const Unescaped result = Unescape(text, wire_.Room(text.size()), size);
  if (result == Unescaped::kNotJson) return Taken::kNotJson;
  // Something is lost, but the rest of the text is worth having.
  if (result == Unescaped::kReplaced) losses_.Lose(&member);
  wire_.Advance(size);
  wire_.EndLength(begin);
  return Taken::kValue;
}

// An object or list where a text is expected: its JSON without white space,
// which is its tokens one after the other.
MessageDecoder::Taken MessageDecoder::CompactText(const Member& member) {
  const std::uint32_t* const first = tokens_.position();
  if (!tokens_.Skip()) return Taken::kNotJson;
  const std::uint32_t* const last = tokens_.position();
  tokens_.Seek(first);
  wire_.Tag(member);
  const std::size_t begin = wire_.BeginLength();
  while (tokens_.position() != last) wire_.Bytes(tokens_.Take());
  wire_.EndLength(begin);
  return Taken::kValue;
}

MessageDecoder::Taken MessageDecoder::Nested(const Member& member) {
  switch (tokens_.Peek()) {
    case '{':
      break;
    case '[': {
      bool empty = true;
      const bool json = tokens_.Array([&] {
        empty = false;
        return tokens_.Skip();
      });
      if (!json) return Taken::kNotJson;
      return empty ? Taken::kAbsent : Taken::kLost;
    }
    case 'n':
      return SkippedAs(Taken::kAbsent);
    default: {
      absl::string_view token;
      if (!tokens_.Scalar(token)) return Taken::kNotJson;
      return token == kNoText ? Taken::kAbsent : Taken::kLost;
    }
  }
  if (losses_.depth() == kMaxDepth) return SkippedAs(Taken::kLost);
  wire_.Tag(member);
  const std::size_t begin = wire_.BeginLength();
  losses_.Enter(member);
  if (!Message(*member.message)) return Taken::kNotJson;
  losses_.Leave();
  wire_.EndLength(begin);
  return Taken::kValue;
}

MessageDecoder::Taken MessageDecoder::SkippedAs(Taken taken) {
  return tokens_.Skip() ? taken : Taken::kNotJson;
}

}  // namespace tcgate
