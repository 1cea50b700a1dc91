#include "service/http/reply_buffer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/http/http.h"

namespace tcgate {

void ReplyBuffer::Begin(std::size_t max_bytes, ByteBudget* budget) {
  max_bytes_ = max_bytes;
  header_bytes_ = 0;
  headers_ended_ = false;
  body_ = {};  // A capacity that is kept would have to be counted.
  held_ = ByteHold(budget);
  excess_.clear();
  no_room_ = false;
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
  const std::size_t needed = body_.size() + part.size() + kReplyPadding;
  if (body_.capacity() < needed &&
      !Grow(NextCapacity(needed, announced_bytes))) {
    no_room_ = true;
    TakeBody();  // At once: others may be waiting for the room.
    return false;
  }
  body_.append(part.data(), part.size());
  return true;
}

std::size_t ReplyBuffer::NextCapacity(std::size_t needed,
                                      std::size_t announced_bytes) const {
  const std::size_t room =
      std::numeric_limits<std::size_t>::max() - kReplyPadding;
  const std::size_t most = std::min(max_bytes_, room) + kReplyPadding;
  const std::size_t whole = std::min(announced_bytes, room) + kReplyPadding;
  // Who is believed makes this the last move: to have twice as much as is
  // needed would refuse what fits.
  const bool believed =
      needed <= whole && announced_bytes / kBelievedPart <= body_.size();
  const std::size_t wanted =
      believed ? whole
               : std::max(2 * held_.bytes(),
                          std::min(whole, kMostAtOnce + kReplyPadding));
  return std::max(needed, std::min(wanted, most));
}

bool ReplyBuffer::Grow(std::size_t capacity) {
  // The old place is freed only when its bytes have moved.
  const std::size_t old = held_.bytes();
  if (!held_.GrowTo(old + capacity)) return false;
  std::string larger;
  larger.reserve(capacity);
  larger.append(body_);
  body_ = std::move(larger);
  held_.ShrinkTo(body_.capacity());
  return true;
}

std::string ReplyBuffer::TakeBody(ByteHold* held) {
  if (held != nullptr) {
    *held = std::move(held_);
  } else {
    held_.ShrinkTo(0);
  }
  return std::exchange(body_, {});
}

}  // namespace tcgate
