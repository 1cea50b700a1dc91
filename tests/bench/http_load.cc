#include "tests/bench/http_load.h"

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace tcgate {
namespace {

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void Run(int requests, int in_flight, Answers& answers,
         const std::function<void()>& submit) {
  int submitted = 0;
  int answered = 0;
  int room = in_flight;
  while (answered < requests) {
    for (; room > 0 && submitted < requests; --room, ++submitted) submit();
    const int count = answers.Take();
    answered += count;
    room += count;
  }
}

[[noreturn]] void Fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::exit(2);
}

}  // namespace

HttpLoad ReadHttpLoad(int argc, char** argv) {
  HttpLoad load;
  for (int i = 1; i + 1 < argc; i += 2) {
    const absl::string_view flag = argv[i];
    const char* const value = argv[i + 1];
    bool good = true;
    if (flag == "--url") {
      load.url = value;
    } else if (flag == "--ca") {
      load.ca_file = value;
    } else if (flag == "--requests") {
      good = absl::SimpleAtoi(value, &load.requests);
    } else if (flag == "--in-flight") {
      good = absl::SimpleAtoi(value, &load.in_flight);
    } else if (flag == "--body-bytes") {
      good = absl::SimpleAtoi(value, &load.body_bytes);
    } else {
      good = false;
    }
    if (!good) Fail("wrong flag or value: see tests/bench/http_load.h");
  }
  if (load.url.empty()) Fail("--url is missing");
  return load;
}

std::vector<std::string> SignedHeaders() {
  return {"Content-Type: application/json",
          "Authorization: TC3-HMAC-SHA256 Credential=" + std::string(70, 'c') +
              ", SignedHeaders=content-type;host, Signature=" +
              std::string(64, '0'),
          "X-TC-Action: DescribeSomethings",
          "X-TC-Version: 2022-03-25",
          "X-TC-Timestamp: 1551113065",
          "X-TC-Region: ap-singapore",
          "X-TC-Language: en-US"};
}

void Answers::Give(int status) {
  if (status != 200) Fail("a request was not answered with 200");
  MutexLock lock(mu_);
  ++count_;
  given_.notify_one();
}

int Answers::Take() {
  MutexLock lock(mu_);
  while (count_ == 0) given_.wait(mu_);
  return std::exchange(count_, 0);
}

void RunHttpLoad(const HttpLoad& load, Answers& answers,
                 const std::function<void()>& submit) {
  constexpr int kWarmRounds = 10;  // Chosen: every connection is open by then.
  Run(kWarmRounds * load.in_flight, load.in_flight, answers, submit);
  const double cpu = CpuSeconds();
  const auto begin = std::chrono::steady_clock::now();
  Run(load.requests, load.in_flight, answers, submit);
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - begin;
  std::printf(
      "{\"requests\": %d, \"cpu_us_per_request\": %.2f, "
      "\"per_second\": %.0f}\n",
      load.requests, (CpuSeconds() - cpu) / load.requests * 1e6,
      load.requests / took.count());
}

}  // namespace tcgate
