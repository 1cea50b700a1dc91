#include "service/base/random.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <thread>

namespace tcgate {
namespace {

class Constant final : public Random {
 public:
  explicit Constant(double value) : value_(value) {}
  double Uniform() override { return value_; }

 private:
  const double value_;
};

TEST(Random, BitsComeFromUniformWhereNothingElseGivesThem) {
  EXPECT_EQ(Constant(0).Bits(), 0u);
  EXPECT_EQ(Constant(0.5).Bits(), 0x8000000080000000u);
  EXPECT_EQ(Constant(0x1.fffffffffffffp-1).Bits(), ~std::uint64_t{0});
}

TEST(Random, ThreadsDrawDifferentNumbers) {
  std::set<std::uint64_t> drawn;
  for (int thread = 0; thread < 4; ++thread) {
    std::thread([&drawn] {
      for (int i = 0; i < 100; ++i) drawn.insert(SystemRandom().Bits());
    }).join();
  }
  EXPECT_EQ(drawn.size(), 400u);
}

TEST(Random, EveryBitIsDrawnBothWays) {
  std::uint64_t ones = 0, zeros = 0;
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t bits = SystemRandom().Bits();
    ones |= bits;
    zeros |= ~bits;
  }
  EXPECT_EQ(ones, ~std::uint64_t{0});
  EXPECT_EQ(zeros, ~std::uint64_t{0});
}

}  // namespace
}  // namespace tcgate
