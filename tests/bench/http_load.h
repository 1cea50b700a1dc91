#ifndef TCGATE_TESTS_BENCH_HTTP_LOAD_H_
#define TCGATE_TESTS_BENCH_HTTP_LOAD_H_

#include <condition_variable>
#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "service/base/mutex.h"

namespace tcgate {

// POSTs to one URL from a thread that keeps a number of them in flight, while
// another thread sends them. Flags: --url URL --ca FILE --requests N
// --in-flight N --body-bytes N.
struct HttpLoad {
  std::string url;
  std::string ca_file;
  int requests = 100'000;
  int in_flight = 64;
  int body_bytes = 64;
};

// Ends the process with a line on stderr if a flag is wrong.
HttpLoad ReadHttpLoad(int argc, char** argv);

// As many headers, and as long, as a signed request has.
std::vector<std::string> SignedHeaders();

// The way back to the submitting thread. Thread-safe.
class Answers {
 public:
  // One request was answered. Anything but an HTTP 200 ends the process.
  void Give(int status) ABSL_LOCKS_EXCLUDED(mu_);
  // Waits for at least one answer; returns how many there are.
  int Take() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  Mutex mu_;
  std::condition_variable_any given_;
  int count_ ABSL_GUARDED_BY(mu_) = 0;
};

// Calls `submit` for each request, which must `Give` an answer to each, and
// prints {"requests": N, "cpu_us_per_request": X, "per_second": Y}: of the
// whole process, once every connection is open.
void RunHttpLoad(const HttpLoad& load, Answers& answers,
                 const std::function<void()>& submit);

}  // namespace tcgate

#endif  // TCGATE_TESTS_BENCH_HTTP_LOAD_H_
