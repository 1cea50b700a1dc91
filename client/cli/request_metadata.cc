#include "client/cli/request_metadata.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

// https://github.com/grpc/grpc/blob/v1.51.1/doc/PROTOCOL-HTTP2.md, requests.
bool IsKeyChar(unsigned char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' ||
         c == '-' || c == '.';
}

bool IsValueChar(unsigned char c) { return c >= 0x20 && c <= 0x7E; }

}  // namespace

std::string SplitMetadata(absl::string_view text, std::string& key,
                          std::string& value) {
  const std::size_t colon = text.find(':');
  if (colon == absl::string_view::npos) {
    return absl::StrCat("\"", text, "\" is not of the form key:value");
  }
  key =
      absl::AsciiStrToLower(absl::StripAsciiWhitespace(text.substr(0, colon)));
  value = std::string(absl::StripAsciiWhitespace(text.substr(colon + 1)));
  if (key.empty() || !std::all_of(key.begin(), key.end(), IsKeyChar) ||
      absl::StartsWith(key, "grpc-")) {
    return absl::StrCat("\"", key, "\" cannot be a key of metadata");
  }
  if (absl::EndsWith(key, "-bin")) return "";
  if (!std::all_of(value.begin(), value.end(), IsValueChar)) {
    return absl::StrCat("the value of ", key, " must be printable ASCII");
  }
  return "";
}

}  // namespace tcgate
