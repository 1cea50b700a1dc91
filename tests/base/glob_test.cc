#include "service/base/glob.h"

#include <string>

#include "gtest/gtest.h"

namespace tcgate {
namespace {

struct Row {
  const char* glob;
  const char* text;
  bool fits;
};

class GlobTest : public testing::TestWithParam<Row> {};

TEST_P(GlobTest, Table) {
  const Row& row = GetParam();
  EXPECT_EQ(GlobMatches(row.glob, row.text), row.fits)
      << row.glob << " on " << row.text;
}

INSTANTIATE_TEST_SUITE_P(
    All, GlobTest,
    testing::Values(
        Row{"", "", true}, Row{"", "a", false}, Row{"*", "", true},
        Row{"*", "a.B", true}, Row{"**", "a.B", true}, Row{"a.B", "a.B", true},
        Row{"a.B", "a.b", false}, Row{"a.B", "a.BC", false},
        Row{"a.BC", "a.B", false}, Row{"a.*", "a.B", true},
        Row{"a.*", "a.", true}, Row{"a.*", "ab.C", false},
        Row{"*.List", "door.List", true}, Row{"*.List", "door.ListAll", false},
        Row{"*ab", "aab", true}, Row{"*ab", "abaab", true},
        Row{"a*b*c", "axxbyyc", true}, Row{"a*b*c", "abcbc", true},
        Row{"a*b*c", "acb", false}, Row{"a*a", "a", false},
        // Neither a question mark nor a dot nor a bracket is special.
        Row{"a?", "ab", false}, Row{"a.B", "axB", false},
        Row{"[ab]", "a", false}));

TEST(Glob, ManyStarsTakeNoExponentialTime) {
  std::string glob;
  for (int i = 0; i < 1000; ++i) glob += "a*";
  glob += "b";
  EXPECT_FALSE(GlobMatches(glob, std::string(10'000, 'a')));
}

}  // namespace
}  // namespace tcgate
