#ifndef TCGATE_SERVICE_HTTP_KEEP_ALIVE_H_
#define TCGATE_SERVICE_HTTP_KEEP_ALIVE_H_

#include <chrono>
#include <optional>

#include "absl/strings/string_view.h"
#include "service/base/clock.h"

namespace tcgate {

// How long a kept connection may have been idle to be used, whatever its server
// does.
struct IdleLimits {
  std::chrono::seconds usual;
  std::chrono::seconds once;  // For a request that is sent once.
};

// For how long connections to one server may have been idle and still be used.
// No server says when it closes them; so what it does is learnt, and kept away
// from. Pure: no I/O, no clock. Not thread-safe.
class KeepAlive {
 public:
  using Duration = std::chrono::nanoseconds;

  // Chosen. What is closed sooner was closed for another reason, such as a
  // server that is replaced.
  static constexpr std::chrono::seconds kLeast{1};
  // Chosen: what was learnt is forgotten, since servers change.
  static constexpr std::chrono::minutes kMemory{10};

  // Nearly all of `time`: the rest is for clocks that differ and for a request
  // that is on its way. Chosen: four fifths.
  static constexpr Duration MostOf(Duration time) { return time / 5 * 4; }

  // The server closed a connection that was idle for so long.
  void Closed(MonoTime now, Duration idle);
  // The server says that it does so after `time` (`Keep-Alive: timeout=`).
  void Announced(MonoTime now, Duration time);
  // A connection was still open after so long.
  void Lasted(Duration idle);

  // How long a connection may have been idle, at most `most`. For a request
  // that is sent `once` only what has been seen to last, or was announced, is
  // trusted beyond `kLeast`: whether it ran would be unknown.
  Duration MaxIdle(MonoTime now, bool once, Duration most) const;

 private:
  std::optional<Duration> learnt_;
  bool announced_ = false;  // `learnt_` is the server's own word.
  MonoTime forget_at_;
  Duration lasted_{0};
};

// What a header line such as `Keep-Alive: timeout=5, max=100` announces;
// nothing if it is another one, or says no time.
std::optional<std::chrono::seconds> KeepAliveTimeout(absl::string_view line);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_KEEP_ALIVE_H_
