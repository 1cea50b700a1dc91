#ifndef TCGATE_SERVICE_REPLIES_KEYED_WRITES_H_
#define TCGATE_SERVICE_REPLIES_KEYED_WRITES_H_

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/base/outcome.h"
#include "service/catalog/action.h"
#include "service/http/loop.h"
#include "service/replies/answer.h"
#include "service/replies/ticket.h"
#include "service/signing/hash.h"
#include "service/upstream/account.h"

namespace tcgate {

// A write with a `tcgate-idempotency-key`. Refers to what its maker owns.
struct KeyedWrite {
  const Action* action = nullptr;
  const Account* account = nullptr;
  absl::string_view caller;  // `Caller::id`.
  absl::string_view key;     // Never empty.
  absl::string_view region;  // As sent upstream.
  absl::string_view body;    // Canonical JSON.
  MonoTime deadline;         // Of the call.
};

// Writes that run at most once: each key, within its account, caller and
// action, stands for one write. What is known of it is told to whoever comes
// with the key again: its answer, or that nobody knows whether it ran. A write
// that certainly did not run frees its key, and so does one that may have run
// and may run again (IDEMPOTENT). The rest is kept for 10 min from
// its end; a table that is full refuses new keys and forgets none.
//
// Lives on the loop's thread. All flights must have ended before this goes.
class KeyedWrites {
 public:
  // Chosen: what a service that repeats its calls has in 10 min, and memory
  // that nobody misses.
  struct Limits {
    std::size_t entries = 100'000;
    // Of all entries whole. A reply larger than 4 KiB may pass it, since a
    // write that ran is not forgotten; then new keys wait.
    std::size_t bytes = std::size_t{64} << 20;
  };

  // The write has ended and does not run again.
  struct Replay {
    SharedAnswer answer;
  };

  KeyedWrites(Loop& loop, Limits limits) : loop_(loop), limits_(limits) {}
  KeyedWrites(const KeyedWrites&) = delete;
  KeyedWrites& operator=(const KeyedWrites&) = delete;

  // What a call with this key does: it runs (`Lead`), waits for the one that
  // runs (`Join`), or ends. Refused with INVALID_ARGUMENT, INVALID_REQUEST
  // where the key stands for another request, and with RESOURCE_EXHAUSTED,
  // OVERLOADED where the table is full.
  std::variant<Replay, Join, Lead, Outcome> Get(const KeyedWrite& write);

  std::size_t entries() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  class Keeper;
  struct Entry {
    // Region and SHA-256 of the body: no secret stays for 10 min.
    std::string request;
    bool repeatable = false;         // To run it twice does no harm.
    std::shared_ptr<Flight> flight;  // Null once it has ended.
    SharedAnswer answer;             // Null until then.
    std::size_t bytes = 0;
  };
  struct Forget {
    MonoTime when;
    std::string scope;
  };

  void ForgetOld(MonoTime now);
  SharedAnswer Ended(const std::string& scope, Answer answer);

  Loop& loop_;
  const Limits limits_;
  tc3::Sha256 sha256_;
  absl::flat_hash_map<std::string, Entry> entries_;  // By the whole scope.
  std::deque<Forget> old_;  // Those that have ended, in that order.
  std::size_t bytes_ = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_REPLIES_KEYED_WRITES_H_
