#ifndef TCGATE_SERVICE_SANDBOX_FAULTS_H_
#define TCGATE_SERVICE_SANDBOX_FAULTS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tcgate {

// One way to misbehave, on purpose and for a share of the requests.
struct Fault {
  enum class Kind {
    kLatency,         // Answers `ms` later.
    kReset,           // Runs the action, then resets the connection half-way
                      // through the reply.
    kTruncate,        // The same, but the connection ends in good order.
    kStatus,          // Answers `status` and a page, as a front end in trouble.
    kNotJson,         // The same page with status 200.
    kLimit,           // Refuses with `code`, as when the rate limit is passed.
    kClockSkew,       // Judges and answers by a clock that is `ms` ahead.
    kCloseAfterRead,  // Runs the action, then closes without a reply.
    kStreamError,     // Ends a stream half-way with an event of type `error`
                      // that says `code`. Other replies stay whole.
  };
  Kind kind = Kind::kLatency;
  std::string match = "*";  // Glob over labels such as `trro.GetDevices`.
  double share = 1;         // Of the requests that match, 0 to 1.
  std::uint64_t seed = 0;   // Which of them: the same for the same seed.
  std::chrono::milliseconds ms{0};
  std::optional<std::uint64_t> times;  // Ends after so many. Absent: never.
  unsigned status = 502;
  // Of `kLimit` and `kStreamError`. Empty: that of the limit, InternalError.
  std::string code;
};

// Reads a JSON list of objects with the members above, `kind` in lower case
// with underscores: latency, close_after_read. Fails with kInvalidArgument,
// naming what is wrong, such as `[0].share`.
absl::StatusOr<std::vector<Fault>> ParseFaults(absl::string_view json);

// Writes such a list, with all members; `ParseFaults` reads the same from it.
std::string RenderFaults(const std::vector<Fault>& faults);

// The faults in force. Not thread-safe.
class FaultPlan {
 public:
  void Replace(const std::vector<Fault>& faults);

  // Those that have not ended, with the `times` that are left.
  std::vector<Fault> InForce() const;

  // Decides about one request: returns the first fault that matches `label` and
  // whose share includes this request, or null. Valid until `Replace`.
  const Fault* Draw(absl::string_view label);

 private:
  struct Entry {
    Fault fault;
    std::mt19937_64 generator;
  };
  std::vector<Entry> entries_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_FAULTS_H_
