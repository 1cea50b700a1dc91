#ifndef TCGATE_SERVICE_GATEWAY_ADMISSION_H_
#define TCGATE_SERVICE_GATEWAY_ADMISSION_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <variant>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "service/base/byte_budget.h"
#include "service/base/mutex.h"

namespace tcgate {

// Bounds the calls that are in flight and the bytes of their requests, of all
// callers together and of each, so that a flood is refused while it is cheap:
// calls that wait make every other call dearer. Thread-safe.
class Admission {
 public:
  struct Bounds {
    int calls = 1000;
    // Of one caller; 0: no bound of its own.
    int caller_calls = 0;
    std::size_t caller_bytes = 0;
  };

  // What was let in; it leaves when this goes. Movable.
  class Pass {
   public:
    Pass(Pass&& other) noexcept;
    Pass& operator=(Pass&& other) noexcept;
    ~Pass();

   private:
    friend class Admission;
    Pass(Admission& admission, ByteHold held);

    Admission* admission_;  // Null once moved.
    ByteHold held_;
    std::string caller_;            // Empty: not counted by itself.
    std::size_t caller_bytes_ = 0;  // As counted for the caller.
  };

  // Why a call was not let in: the key of the configuration that is the bound.
  struct Full {
    const char* key;
  };

  // `bytes` is shared with replies, and must outlive this object and every
  // pass.
  Admission(Bounds bounds, ByteBudget& bytes);

  // Lets a call with a request of `bytes` in, or says what is full. `caller` is
  // `Caller::id`.
  std::variant<Pass, Full> TryEnter(const std::string& caller,
                                    std::size_t bytes);

  int calls() const { return calls_.load(std::memory_order_relaxed); }

 private:
  struct InFlight {
    int calls = 0;
    std::size_t bytes = 0;
  };
  // Callers have calls in flight or are not in it, so it cannot grow beyond
  // them.
  struct Shard {
    Mutex mu;
    absl::flat_hash_map<std::string, InFlight> callers ABSL_GUARDED_BY(mu);
  };

  // Null, or the key that is the bound.
  const char* TryEnterAs(const std::string& caller, std::size_t bytes);
  void LeaveAs(const std::string& caller, std::size_t bytes);
  Shard& ShardOf(const std::string& caller);

  const Bounds bounds_;
  ByteBudget& bytes_;
  std::atomic<int> calls_{0};
  std::array<Shard, 16> shards_;  // Chosen: more than gRPC has threads.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_GATEWAY_ADMISSION_H_
