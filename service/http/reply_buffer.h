#ifndef TCGATE_SERVICE_HTTP_REPLY_BUFFER_H_
#define TCGATE_SERVICE_HTTP_REPLY_BUFFER_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "service/base/byte_budget.h"

namespace tcgate {

// Takes in one reply as it comes, and says when it is too much. What the body
// takes up in memory is counted in a budget, also while it moves to a larger
// place and is there twice. Not thread-safe.
class ReplyBuffer {
 public:
  // Chosen: replies have a few hundred bytes of headers. Counts those of
  // interim answers and trailers, too.
  static constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
  // Chosen: the usual reply grows no buffer, and a lie reserves little.
  static constexpr std::size_t kMostAtOnce = 64 * 1024;
  // Chosen: who has sent an eighth of what was announced is believed.
  static constexpr std::size_t kBelievedPart = 8;

  // Forgets everything: a reply begins whose body has at most `max_bytes`, and
  // takes what it needs of `budget`. Null: it is not counted.
  void Begin(std::size_t max_bytes, ByteBudget* budget);

  // Takes a header line, status lines and the empty one at the end included.
  // False if that is too much: nothing more may be added.
  bool AddHeader(absl::string_view line);

  // Takes a part of the body, decompressed. `announced_bytes` is what the
  // server says the whole will have, or 0: a hint only, since it counts
  // compressed bytes and may be made up. False as for `AddHeader`; or if the
  // budget has no room, and then what came before is dropped.
  bool AddBody(absl::string_view part, std::size_t announced_bytes);

  // The end of the headers was seen: of the answer, not of an interim one.
  bool headers_ended() const { return headers_ended_; }
  // Empty, or what outgrew its limit.
  const std::string& excess() const { return excess_; }
  // The budget had no room for the body.
  bool no_room() const { return no_room_; }
  // Bytes of the body that were not taken.
  std::size_t size() const { return body_.size(); }
  // The body so far, with `kReplyPadding` behind it unless it is empty.
  // Begins anew if more is added. `held`, if not null, gets what the body takes
  // of the budget, which is given back otherwise.
  std::string TakeBody(ByteHold* held = nullptr);

 private:
  // What the body should have room for so that it has it for `needed`.
  std::size_t NextCapacity(std::size_t needed,
                           std::size_t announced_bytes) const;
  bool Grow(std::size_t capacity);

  std::size_t max_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  bool headers_ended_ = false;
  std::string body_;
  ByteHold held_;  // Of the capacity of `body_`, once it holds something.
  std::string excess_;
  bool no_room_ = false;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_REPLY_BUFFER_H_
