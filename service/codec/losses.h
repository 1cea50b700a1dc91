#ifndef TCGATE_SERVICE_CODEC_LOSSES_H_
#define TCGATE_SERVICE_CODEC_LOSSES_H_

#include <cstddef>
#include <vector>

#include "service/codec/decode.h"
#include "service/codec/message_table.h"

namespace tcgate {

// Losses that are told of one document, each member once. More means that the
// document is of another kind altogether.
inline constexpr std::size_t kMaxLosses = 64;

// Where a decoder stands in a document, and what was lost there.
class Losses {
 public:
  // To be called before each document. `told` must live until the next.
  void Start(std::vector<Loss>& told);

  // Steps into the message that `member` holds, and out of it.
  void Enter(const Member& member) { path_.push_back(&member); }
  void Leave() { path_.pop_back(); }
  std::size_t depth() const { return path_.size(); }

  // Tells of a member of the message where the decoder stands; of one whose
  // name is not known if `member` is null.
  void Lose(const Member* member);

 private:
  std::vector<Loss>* told_ = nullptr;
  std::vector<const Member*> path_;
  std::vector<std::vector<const Member*>> told_paths_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_LOSSES_H_
