#include "service/http/reply_buffer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/http/http.h"

namespace tcgate {

void ReplyBuffer::Begin(std::size_t max_bytes) {
  max_bytes_ = max_bytes;
  header_bytes_ = 0;
  headers_ended_ = false;
  body_.clear();
  excess_.clear();
}

bool ReplyBuffer::AddHeader(absl::string_view line) {
  if (line == "\r\n" || line == "\n") {
    headers_ended_ = true;
  } else if (absl::StartsWith(line, "HTTP/")) {
    headers_ended_ = false;  // What ended was an interim answer.
  }
  header_bytes_ += line.size();
  if (header_bytes_ <= kMaxHeaderBytes) return true;
  excess_ = absl::StrCat("headers of more than ", kMaxHeaderBytes, " bytes");
  return false;
}

bool ReplyBuffer::AddBody(absl::string_view part, std::size_t announced_bytes) {
  if (part.size() > max_bytes_ - body_.size()) {
    excess_ = absl::StrCat("a reply of more than ", max_bytes_, " bytes");
    return false;
  }
  // Chosen: the usual reply grows no buffer, and a lie reserves little.
  constexpr std::size_t kMostAtOnce = 64 * 1024;
  const std::size_t needed = body_.size() + part.size() + kReplyPadding;
  if (body_.capacity() < needed) {
    body_.reserve(
        std::max({needed, 2 * body_.capacity(),
                  std::min(announced_bytes, kMostAtOnce) + kReplyPadding}));
  }
  body_.append(part.data(), part.size());
  return true;
}

std::string ReplyBuffer::TakeBody() { return std::exchange(body_, {}); }

}  // namespace tcgate
