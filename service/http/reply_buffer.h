#ifndef TCGATE_SERVICE_HTTP_REPLY_BUFFER_H_
#define TCGATE_SERVICE_HTTP_REPLY_BUFFER_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace tcgate {

// Takes in one reply as it comes, and says when it is too much. Not
// thread-safe.
class ReplyBuffer {
 public:
  // Chosen: replies have a few hundred bytes of headers. Counts those of
  // interim answers and trailers, too.
  static constexpr std::size_t kMaxHeaderBytes = 64 * 1024;

  // Forgets everything: a reply begins whose body has at most `max_bytes`.
  void Begin(std::size_t max_bytes);

  // Takes a header line, status lines and the empty one at the end included.
  // False if that is too much: nothing more may be added.
  bool AddHeader(absl::string_view line);

  // Takes a part of the body, decompressed. `announced_bytes` is what the
  // server says the whole will have, or 0: a hint only, since it counts
  // compressed bytes and may be made up. False as for `AddHeader`.
  bool AddBody(absl::string_view part, std::size_t announced_bytes);

  // The end of the headers was seen: of the answer, not of an interim one.
  bool headers_ended() const { return headers_ended_; }
  // Empty, or what outgrew its limit.
  const std::string& excess() const { return excess_; }
  // Bytes of the body that were not taken.
  std::size_t size() const { return body_.size(); }
  // The body so far, with `kReplyPadding` behind it unless it is empty.
  // Begins anew if more is added.
  std::string TakeBody();

 private:
  std::size_t max_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  bool headers_ended_ = false;
  std::string body_;
  std::string excess_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_REPLY_BUFFER_H_
