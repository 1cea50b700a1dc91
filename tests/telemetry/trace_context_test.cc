#include "service/telemetry/trace_context.h"

#include <gmock/gmock.h>

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "service/base/random.h"

namespace tcgate {
namespace {

using testing::StartsWith;

constexpr char kParent[] =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

// Draws what it was given, then zero.
class Drawn final : public Random {
 public:
  explicit Drawn(std::vector<std::uint64_t> bits) : bits_(std::move(bits)) {}
  double Uniform() override { return 0; }
  std::uint64_t Bits() override {
    return next_ < bits_.size() ? bits_[next_++] : 0;
  }

 private:
  const std::vector<std::uint64_t> bits_;
  std::size_t next_ = 0;
};

std::string Replaced(std::size_t at, const std::string& by) {
  return std::string(kParent).replace(at, by.size(), by);
}

class Readable : public testing::TestWithParam<std::string> {};

TEST_P(Readable, IsTaken) {
  EXPECT_TRUE(IsTraceparent(GetParam()));
  EXPECT_EQ(TraceId(GetParam()), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(SpanId(GetParam()), "00f067aa0ba902b7");
  EXPECT_TRUE(IsTraceparent(GetParam().substr(0, kTraceparentBytes)));
}

INSTANTIATE_TEST_SUITE_P(Table, Readable,
                         testing::Values(kParent, Replaced(53, "00"),
                                         Replaced(53, "ff"), Replaced(0, "01"),
                                         Replaced(0, "fe"),
                                         Replaced(0, "cc") + "-",
                                         Replaced(0, "cc") + "-what:is\xff"));

class Unreadable : public testing::TestWithParam<std::string> {};

TEST_P(Unreadable, IsRefused) { EXPECT_FALSE(IsTraceparent(GetParam())); }

INSTANTIATE_TEST_SUITE_P(
    Table, Unreadable,
    testing::Values("", "00", Replaced(0, "ff"), Replaced(0, "0g"),
                    Replaced(0, "0A"), Replaced(2, "_"), Replaced(35, "_"),
                    Replaced(52, "_"), Replaced(3, "B"), Replaced(34, "-"),
                    Replaced(36, "G"), Replaced(40, "\n"), Replaced(54, "g"),
                    Replaced(53, "A"), std::string(kParent).substr(0, 54),
                    std::string(kParent) + "-", std::string(kParent) + "-00",
                    Replaced(0, "01") + "00", Replaced(0, "01") + ".x",
                    Replaced(3, std::string(32, '0')),
                    Replaced(36, std::string(16, '0')), std::string(55, '0'),
                    std::string(5000, '-')));

TEST(ChildTraceparent, IsOfTheSameTraceWithASpanOfItsOwn) {
  Drawn random({0x0123456789abcdef});
  EXPECT_EQ(ChildTraceparent(kParent, random),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0123456789abcdef-01");
}

TEST(ChildTraceparent, WithoutAParentBeginsATraceThatIsNotSampled) {
  Drawn random({0xfedcba9876543210, 0, 5});
  EXPECT_EQ(ChildTraceparent("", random),
            "00-fedcba98765432100000000000000000-0000000000000005-00");
}

TEST(ChildTraceparent, PassesOnTheFlagsThatItKnows) {
  const std::string digits = "0123456789abcdef";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    Drawn random({7});
    const std::string child =
        ChildTraceparent(Replaced(53, std::string("f") + digits[i]), random);
    EXPECT_EQ(child.substr(53), std::string("0") + digits[i % 4]);
  }
}

TEST(ChildTraceparent, OfALaterVersionIsOfVersion00) {
  Drawn random({7});
  EXPECT_EQ(ChildTraceparent(Replaced(0, "42") + "-more", random),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000007-01");
}

TEST(ChildTraceparent, IsNeverZeroWhateverIsDrawn) {
  Drawn zeros({0, 0, 3});
  EXPECT_EQ(ChildTraceparent(kParent, zeros).substr(36, 16),
            "0000000000000003");
  Drawn only_zeros({});
  EXPECT_TRUE(IsTraceparent(ChildTraceparent("", only_zeros)));
  EXPECT_TRUE(IsTraceparent(ChildTraceparent(kParent, only_zeros)));
}

TEST(ChildTraceparent, DiffersEachTime) {
  std::set<std::string> traces, spans;
  for (int i = 0; i < 1000; ++i) {
    const std::string child = ChildTraceparent("", SystemRandom());
    ASSERT_TRUE(IsTraceparent(child)) << child;
    ASSERT_EQ(child.size(), kTraceparentBytes);
    EXPECT_THAT(child, StartsWith("00-"));
    traces.emplace(TraceId(child));
    spans.emplace(SpanId(child));
  }
  EXPECT_EQ(traces.size(), 1000u);
  EXPECT_EQ(spans.size(), 1000u);
}

TEST(TraceIds, OfNothingAreEmpty) {
  EXPECT_EQ(TraceId(""), "");
  EXPECT_EQ(SpanId(""), "");
}

}  // namespace
}  // namespace tcgate
