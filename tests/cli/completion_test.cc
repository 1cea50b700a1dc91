#include "client/cli/completion.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/cli/acme.h"

namespace tcgate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CompleteTest : public testing::Test {
 protected:
  std::vector<std::string> Offers(const std::vector<absl::string_view>& words) {
    return Complete(commands_, AcmeCatalog(), words);
  }

  std::string text_;
  bool switch_ = false;
  std::vector<std::string> list_;
  std::vector<Command> commands_ = {
      {"tcgate call",
       "",
       {{"--to", "ADDR", "", &text_},
        {"--explain", "", "", &switch_},
        {"--metadata", "KEY:VALUE", "", &list_, "-H"}},
       {{"ACTION", "", &text_, true}, {"JSON", "", &text_}}},
      {"tcgate list", "", {}, {{"PRODUCT", "", &text_}}},
      {"tcgate completion", "", {}, {{"SHELL", "", &text_}}}};
};

TEST_F(CompleteTest, TheFirstWordIsACommand) {
  EXPECT_THAT(Offers({""}), ElementsAre("call", "list", "completion"));
  EXPECT_THAT(Offers({"c"}), ElementsAre("call", "completion"));
  EXPECT_THAT(Offers({"x"}), IsEmpty());
  EXPECT_THAT(Offers({}), IsEmpty());
}

TEST_F(CompleteTest, AnArgumentIsWhatItsNameSays) {
  EXPECT_THAT(Offers({"list", ""}), ElementsAre("acme", "road"));
  EXPECT_THAT(Offers({"call", "acme.M"}),
              ElementsAre("acme.MakeAnvil", "acme.Melt"));
  EXPECT_THAT(Offers({"completion", "z"}), ElementsAre("zsh"));
  EXPECT_THAT(Offers({"call", "acme.Melt", ""}), IsEmpty());
  EXPECT_THAT(Offers({"list", "acme", ""}), IsEmpty());
  EXPECT_THAT(Offers({"nosuch", ""}), IsEmpty());
}

TEST_F(CompleteTest, FlagsAreOfferedUntilTheyAreUsed) {
  EXPECT_THAT(Offers({"call", "-"}),
              ElementsAre("--to", "--explain", "--metadata", "--help"));
  EXPECT_THAT(Offers({"call", "--explain", "-H", "a:b", "--"}),
              ElementsAre("--to", "--metadata", "--help"));
}

TEST_F(CompleteTest, WhatFollowsAFlagIsItsValueAndNoArgument) {
  EXPECT_THAT(Offers({"call", "--to", ""}), IsEmpty());
  EXPECT_THAT(Offers({"call", "--to", "x", "r"}), ElementsAre("road.Run"));
  EXPECT_THAT(Offers({"call", "--explain", "r"}), ElementsAre("road.Run"));
  EXPECT_THAT(Offers({"call", "--to=x", "r"}), ElementsAre("road.Run"));
}

TEST(CompletionScript, IsThereForThreeShells) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    EXPECT_THAT(std::string(CompletionScript(shell)),
                testing::HasSubstr(" complete -- "));
  }
  EXPECT_EQ(CompletionScript("csh"), "");
}

}  // namespace
}  // namespace tcgate
