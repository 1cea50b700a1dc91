#ifndef TCGATE_SERVICE_GATEWAY_RETRY_BUDGET_H_
#define TCGATE_SERVICE_GATEWAY_RETRY_BUDGET_H_

namespace tcgate {

// What repeats at one host may cost. A success earns 0.6 of a repeat, so that
// faults of up to 37 % of the attempts can be repeated for ever; in an outage
// nothing is earned, and what was saved is soon spent: the host then gets no
// more than what callers ask for. Full at first, or faults just after the start
// would be the callers'. Pure, no clock. Not thread-safe.
//
// At most 40 are saved. With 30 % of faults 20 are used up by chance about once
// in 65,000 calls, and the calls of that moment fail: one in a thousand of all,
// as the simulation in tests/gateway shows; 40 never were.
class RetryBudget {
 public:
  // An attempt succeeded: see `Earns` in next.h.
  void Earn();
  // Whether a repeat can be paid.
  bool Affords() const { return tenths_ >= kRepeat; }
  // A repeat is made. REQUIRES: Affords().
  void Spend() { tenths_ -= kRepeat; }

  double tokens() const { return tenths_ / 10.0; }  // From 0 to 40.

 private:
  // In tenths, which are exact. Chosen (README, attempts).
  static constexpr int kMost = 400;
  static constexpr int kSuccess = 6;
  static constexpr int kRepeat = 10;

  int tenths_ = kMost;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_RETRY_BUDGET_H_
