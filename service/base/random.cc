#include "service/base/random.h"

#include <sys/random.h>

#include <cstdlib>
#include <random>

#include "absl/strings/escaping.h"

namespace tcgate {
namespace {

class ThreadRandom final : public Random {
 public:
  double Uniform() override {
    thread_local std::mt19937_64 engine{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(engine);
  }
};

}  // namespace

Random& SystemRandom() {
  static ThreadRandom random;
  return random;
}

std::string RandomHex(int bytes) {
  std::string raw(static_cast<std::size_t>(bytes), '\0');
  // Requests of up to 256 bytes are never cut short (getrandom(2)).
  if (getrandom(raw.data(), raw.size(), 0) !=
      static_cast<ssize_t>(raw.size())) {
    std::abort();
  }
  return absl::BytesToHexString(raw);
}

}  // namespace tcgate
