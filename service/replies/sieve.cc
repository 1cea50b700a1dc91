#include "service/replies/sieve.h"

namespace tcgate {

void Sieve::Add(Link& link) {
  link.older = newest_;
  link.newer = nullptr;
  link.used = false;
  (newest_ == nullptr ? oldest_ : newest_->newer) = &link;
  newest_ = &link;
}

void Sieve::Remove(Link& link) {
  // The hand goes on from where it was.
  if (hand_ == &link) hand_ = link.newer;
  (link.older == nullptr ? oldest_ : link.older->newer) = link.newer;
  (link.newer == nullptr ? newest_ : link.newer->older) = link.older;
  link.older = nullptr;
  link.newer = nullptr;
}

}  // namespace tcgate
