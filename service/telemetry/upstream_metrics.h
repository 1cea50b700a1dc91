#ifndef TCGATE_SERVICE_TELEMETRY_UPSTREAM_METRICS_H_
#define TCGATE_SERVICE_TELEMETRY_UPSTREAM_METRICS_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "service/base/clock.h"

namespace tcgate {

class Families;

// What goes upstream, and what it goes through. `action` is `Action::index`;
// a host or an account is one of the configuration or the catalogue, never
// what a client names. Thread-safe; takes no lock that is shared between
// actions or hosts, once each combination of labels was seen: some 20 ns each.
class UpstreamMetrics {
 public:
  // Both must outlive this. `labels` is as `PerAction` wants it.
  UpstreamMetrics(Families& families, const std::vector<std::string>& labels);
  ~UpstreamMetrics();

  // tcgate_upstream_attempt_duration_seconds: from signing to the reply's last
  // byte, or the fault.
  void AttemptTook(std::size_t action, std::chrono::nanoseconds took);

  // tcgate_upstream_repeats_total: an attempt follows another of its call.
  // `step` is a literal: `retry`, `credential`, `clock`, `next_host` or
  // `hedge`.
  void Repeated(std::size_t action, const char* step);

  // tcgate_upstream_retry_budget: repeats that are left now.
  void Budget(const std::string& host, double tokens);

  // tcgate_upstream_breaker_state: 0 closed, 1 half open, 2 open.
  void Breaker(const std::string& host, int state);

  // tcgate_upstream_connections_opened_total and ..._reused_total: a request
  // had a new connection, or one that had served before.
  void ConnectionOpened();
  void ConnectionReused();

  // tcgate_loop_lag_seconds: how much later than it was due the loop did
  // something.
  void LoopLag(std::chrono::nanoseconds lag);

  // tcgate_credential_expiry_timestamp_seconds: when what the account signs
  // with ends, in Unix time. Not called for keys that do not expire. Takes a
  // lock: once a refresh.
  void CredentialExpires(const std::string& account, WallTime when);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_UPSTREAM_METRICS_H_
