#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "service/codec/encode.h"
#include "tests/codec/synthetic.h"

namespace tcgate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SensitiveValuesTest, TheyAreThoseOfMarkedMembersAndAllWithinThem) {
  Synthetic synthetic;
  const std::string wire =
      synthetic.Wire("Secrets",
                     R"(open: "o" key: "k1" keys: "k2" keys: "" pin: -42
         hidden { name: "h" count: 7 }
         more { open: "p" key: "k3" more { key: "k4" } })");
  const MessageTable& table = synthetic.Table("Secrets");
  EXPECT_THAT(SensitiveValues(table, wire),
              ElementsAre("k1", "k2", "-42", "h", "7", "k3", "k4"));
  EXPECT_THAT(SensitiveValues(table, wire.substr(0, wire.size() - 1)),
              IsEmpty());
  EXPECT_THAT(SensitiveValues(synthetic.Table("Api"),
                              synthetic.Wire("Api", R"(s: "x" i: 1)")),
              IsEmpty());
}

}  // namespace
}  // namespace tcgate
