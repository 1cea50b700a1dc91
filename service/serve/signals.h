#ifndef TCGATE_SERVICE_SERVE_SIGNALS_H_
#define TCGATE_SERVICE_SERVE_SIGNALS_H_

#include <csignal>

namespace tcgate {

// Exit code of a program that was called rightly and cannot run.
inline constexpr int kExitFailure = 1;

// The signals that end a server. Made first in `main`'s thread, it blocks them
// there and in every thread started later, so that only `Wait` sees them.
// SIGPIPE and SIGHUP do nothing: the configuration is read at start.
class EndSignals {
 public:
  EndSignals() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGHUP, SIG_IGN);
    sigemptyset(&ends_);
    sigaddset(&ends_, SIGTERM);
    sigaddset(&ends_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends_, nullptr);
  }

  // Returns when SIGTERM or SIGINT has come.
  void Wait() const {
    int signal = 0;
    sigwait(&ends_, &signal);
  }

 private:
  sigset_t ends_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SERVE_SIGNALS_H_
