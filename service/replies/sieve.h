#ifndef TCGATE_SERVICE_REPLIES_SIEVE_H_
#define TCGATE_SERVICE_REPLIES_SIEVE_H_

namespace tcgate {

// Decides what goes to make room, by SIEVE (Zhang and others, NSDI 2024): a
// queue in the order of arrival and a hand that walks from the oldest to the
// newest. What was used since the hand last passed stays where it is and loses
// its mark; the first without a mark goes.
//
// Chosen over LRU: a use sets a mark and moves nothing, so a hit writes one
// byte, and what is asked for once, such as the pages of a list, goes before
// what is asked for again. tests/replies/sieve_test.cc compares hit ratios.
//
// Not thread-safe. Owns nothing.
class Sieve {
 public:
  // Derived by what is in a queue; leaves before it goes.
  struct Link {
    Link* older = nullptr;
    Link* newer = nullptr;
    bool used = false;
  };

  bool empty() const { return oldest_ == nullptr; }

  // REQUIRES: `link` is in no queue.
  void Add(Link& link);
  // REQUIRES: `link` is in this queue.
  void Remove(Link& link);

  // Returns the one that is to go next, or null if the queue is empty; it stays
  // in until removed. `useless(link)` may say that one is to go whatever its
  // mark. A step costs no more than that question.
  template <typename Useless>
  Link* Next(const Useless& useless) {
    // Where everything is in use the walk ends early, and the order is nearly
    // that of arrival: a bound on the time that others wait. Chosen.
    constexpr int kMostSteps = 64;
    for (int step = 0; oldest_ != nullptr; ++step) {
      if (hand_ == nullptr) hand_ = oldest_;
      if (!hand_->used || step == kMostSteps || useless(*hand_)) break;
      hand_->used = false;
      hand_ = hand_->newer;
    }
    return hand_;
  }

 private:
  Link* oldest_ = nullptr;
  Link* newest_ = nullptr;
  Link* hand_ = nullptr;  // Null: at the oldest.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_REPLIES_SIEVE_H_
