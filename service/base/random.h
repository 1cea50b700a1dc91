#ifndef TCGATE_SERVICE_BASE_RANDOM_H_
#define TCGATE_SERVICE_BASE_RANDOM_H_

#include <cstdint>
#include <string>

namespace tcgate {

// Where randomness comes from. A seam: tests give one that repeats itself.
// Thread-safe. Not for keys; see `RandomHex`.
class Random {
 public:
  virtual ~Random() = default;

  // Draws a number in [0, 1).
  virtual double Uniform() = 0;

  // Draws 64 bits. One who overrides only `Uniform` gets them from there.
  virtual std::uint64_t Bits();
};

// A generator for each thread, seeded by the machine. A draw takes some
// nanoseconds.
Random& SystemRandom();

// Returns `bytes` bytes from the kernel's generator in lower case hex: good
// enough for throw-away keys and ids. Ends the process if the kernel has none.
std::string RandomHex(int bytes);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_RANDOM_H_
