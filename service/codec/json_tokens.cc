#include "service/codec/json_tokens.h"

#include <limits>

#include "service/codec/json_string.h"
#include "simdjson.h"

namespace tcgate {
namespace {

// Depth to which values are skipped; simdjson's own parsers stop there too.
constexpr int kMaxSkipDepth = 1024;

}  // namespace

struct JsonTokens::Stage1 {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

JsonTokens::JsonTokens() : stage1_(std::make_unique<Stage1>()) {}
JsonTokens::~JsonTokens() = default;

bool JsonTokens::Index(std::string& json) {
  const std::size_t size = json.size();
  // Positions are 32 bits wide.
  if (size > std::numeric_limits<std::uint32_t>::max() / 2) return false;
  auto& parser = stage1_->parser;
  if (parser == nullptr) {
    const simdjson::implementation* machine =
        simdjson::get_active_implementation();
    if (machine->create_dom_parser_implementation(size, 1, parser) !=
        simdjson::SUCCESS) {
      return false;
    }
  } else if (parser->capacity() < size &&
             parser->set_capacity(size) != simdjson::SUCCESS) {
    return false;
  }
  // It reads in blocks, beyond the end.
  json.resize(size + simdjson::SIMDJSON_PADDING);
  const simdjson::error_code error =
      parser->stage1(reinterpret_cast<const std::uint8_t*>(json.data()), size,
                     simdjson::stage1_mode::regular);
  json.resize(size);
  if (error != simdjson::SUCCESS) return false;
  // The index ends with the length twice, where the string has its NUL.
  text_ = json.data();
  size_ = size;
  next_ = parser->structural_indexes.get();
  return true;
}

void JsonTokens::Shrink(std::size_t max_kept_bytes) {
  if (stage1_->parser != nullptr &&
      stage1_->parser->capacity() > max_kept_bytes) {
    stage1_->parser.reset();
  }
}

bool JsonTokens::Scalar(absl::string_view& token) {
  switch (Peek()) {
    case '"':
      token = Take();
      return HasValidEscapes(token.substr(1, token.size() - 2));
    case 't':
      token = Take();
      return token == "true";
    case 'f':
      token = Take();
      return token == "false";
    case 'n':
      token = Take();
      return token == "null";
    case '\0':
      return false;
    default:
      token = Take();
      return IsJsonNumber(token);
  }
}

bool JsonTokens::Skip(int depth) {
  if (depth > kMaxSkipDepth) return false;
  switch (Peek()) {
    case '{':
      return Object(
          [&](absl::string_view key) { return SkipMember(key, depth + 1); });
    case '[':
      return Array([&] { return Skip(depth + 1); });
    default:
      absl::string_view token;
      return Scalar(token);
  }
}

bool JsonTokens::SkipMember(absl::string_view key, int depth) {
  return HasValidEscapes(key) && Skip(depth);
}

bool IsJsonNumber(absl::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto one = [&](char c) {
    if (at == end || *at != c) return false;
    ++at;
    return true;
  };
  const auto digits = [&] {
    const char* const first = at;
    while (at != end && *at >= '0' && *at <= '9') ++at;
    return at != first;
  };
  one('-');
  if (!one('0') && !digits()) return false;
  if (one('.') && !digits()) return false;
  if (one('e') || one('E')) {
    if (!one('+')) one('-');
    if (!digits()) return false;
  }
  return at == end;
}

}  // namespace tcgate
