#ifndef TCGATE_SERVICE_TELEMETRY_ACCESS_LOG_H_
#define TCGATE_SERVICE_TELEMETRY_ACCESS_LOG_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/base/outcome.h"

namespace tcgate {

class Metrics;

// One call as the access log shows it. An allow-list: no header, no body, no
// message goes in. The views must be valid during `Write`.
struct AccessEntry {
  WallTime start;
  std::chrono::nanoseconds took{0};
  absl::string_view action;  // The catalogue's label, or `unknown`.
  absl::string_view caller;  // Such as `anonymous`.
  absl::string_view peer;    // Address of the other side.
  absl::string_view account;
  absl::string_view region;
  absl::string_view cache;  // As in the metadata `tcgate-cache`; may be empty.
  // W3C Trace Context, lower case hex; each may be empty.
  absl::string_view trace_id;
  absl::string_view span_id;         // Of what was sent upstream.
  absl::string_view parent_id;       // As the client sent it.
  const Outcome* outcome = nullptr;  // Code, decided_by, reason, request id.
  int attempts = 0;
  std::size_t request_bytes = 0;
  std::size_t reply_bytes = 0;        // Of a stream: of all its messages.
  std::optional<std::size_t> events;  // Messages of a stream; else left out.
};

// Writes one JSON line a call. Lines are gathered and written by a thread of
// its own, so that a slow reader of the log never slows a call. A line is with
// the kernel some `kGather` after its call. When more than `kMaxPendingBytes`
// wait, lines are dropped, and the next line that is kept says how many in
// `dropped`. Thread-safe.
class AccessLog {
 public:
  enum class Level {
    kAll,
    kErrors,   // Calls that did not end as OK.
    kSampled,  // Errors, and one of `kSampleOf` successes.
  };
  static constexpr std::size_t kMaxPendingBytes = 4 << 20;
  // Chosen: gathering makes one system call of some hundred lines, and an
  // eye on the log does not notice.
  static constexpr std::chrono::milliseconds kGather{100};
  static constexpr unsigned kSampleOf = 100;

  // Writes to `fd`, which is not owned; the process must ignore SIGPIPE, or a
  // reader that goes away ends it. Dropped lines, and those that `fd`
  // refuses, are counted in `metrics`, which must outlive this; null: only the
  // log says it.
  AccessLog(int fd, Level level, Metrics* metrics = nullptr);

  // Writes what is pending, for as long as a second if nobody reads it.
  ~AccessLog();

  // Makes the line and hands it over: some 300 ns, and no system call but the
  // one that wakes the writer, once each `kGather`.
  void Write(const AccessEntry& entry);

  // Returns when the writer is done with everything written so far.
  void Flush();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Appends the line of `entry`, without its newline. Members stand in a fixed
// order; strings that are empty are left out, and cut at 1 KiB. Bytes that are
// not UTF-8 become U+FFFD. For `AccessLog` and tests.
void AppendAccessLine(const AccessEntry& entry, std::string& line);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_ACCESS_LOG_H_
