#ifndef TCGATE_SERVICE_TELEMETRY_METRICS_H_
#define TCGATE_SERVICE_TELEMETRY_METRICS_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "service/base/outcome.h"

namespace tcgate {

class CacheMetrics;
class QuotaMetrics;
class UpstreamMetrics;

// Counts what happens, and shows it in the Prometheus text format. The names
// are the documented interface (README, metrics).
//
// Labels come from the catalogue and from fixed lists, never from a client: a
// call that names no known action has the action `unknown`. Thread-safe; the
// methods below take no lock that is shared between actions, once each
// combination of labels has been seen: some 20 ns each.
class Metrics {
 public:
  // `action_labels[i]` is the label of the action of index i.
  explicit Metrics(std::vector<std::string> action_labels);
  ~Metrics();

  // What an unknown action is counted under.
  static constexpr std::size_t kUnknownAction = static_cast<std::size_t>(-1);

  // tcgate_calls_total, with the code as gRPC names it and `decided_by` either
  // `gateway` or `vendor`; tcgate_call_duration_seconds.
  void CallEnded(std::size_t action, absl::StatusCode code,
                 DecidedBy decided_by, std::chrono::nanoseconds took);

  // tcgate_gateway_errors_total: the call failed, and the gateway decided so.
  // `reason` is one of `reason::`.
  void Failed(std::size_t action, const std::string& reason);

  // tcgate_replies_total; `result` as in the metadata `tcgate-cache`, a
  // literal.
  void Replied(std::size_t action, const char* result);

  // tcgate_upstream_attempts_total; `result` is `ok`, `vendor_error` or the
  // reason of a fault in lower case, a literal.
  void Attempted(std::size_t action, const char* result);

  // tcgate_reply_members_lost_total; `member` as in `Loss::member`.
  void MemberLost(std::size_t action, const std::string& member);

  // tcgate_calls_in_flight.
  void InFlight(int change);

  // tcgate_ready: as `/readyz` says. False at first.
  void Ready(bool ready);

  // tcgate_access_log_dropped_total.
  void LogLinesDropped(std::size_t lines);

  // Those of one module each; they live as long as this.
  CacheMetrics& cache();
  QuotaMetrics& quota();
  UpstreamMetrics& upstream();

  // The text format, version 0.0.4. Every name is there from the start, with
  // its HELP and TYPE; a sample comes with the first use of its labels.
  std::string Render() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_METRICS_H_
