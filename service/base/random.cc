#include "service/base/random.h"

#include <sys/random.h>

#include <cstdlib>
#include <random>

#include "absl/strings/escaping.h"

namespace tcgate {
namespace {

// Requests of up to 256 bytes are never cut short (getrandom(2)).
void FromKernel(void* bytes, std::size_t size) {
  if (getrandom(bytes, size, 0) != static_cast<ssize_t>(size)) std::abort();
}

std::uint64_t Seed() {
  std::uint64_t seed = 0;
  FromKernel(&seed, sizeof(seed));
  return seed;
}

class ThreadRandom final : public Random {
 public:
  double Uniform() override {
    return std::uniform_real_distribution<double>(0, 1)(Engine());
  }

  std::uint64_t Bits() override { return Engine()(); }

 private:
  // All 64 bits of the seed count: with 32, two of some ten thousand threads
  // in a fleet would draw the same ids.
  static std::mt19937_64& Engine() {
    thread_local std::mt19937_64 engine{Seed()};
    return engine;
  }
};

}  // namespace

std::uint64_t Random::Bits() {
  constexpr double kHalf = 4294967296.0;  // 2^32.
  const auto half = [this] {
    return static_cast<std::uint64_t>(Uniform() * kHalf);
  };
  const std::uint64_t high = half();
  return (high << 32) | half();
}

Random& SystemRandom() {
  static ThreadRandom random;
  return random;
}

std::string RandomHex(int bytes) {
  std::string raw(static_cast<std::size_t>(bytes), '\0');
  FromKernel(raw.data(), raw.size());
  return absl::BytesToHexString(raw);
}

}  // namespace tcgate
