#include "service/base/flags.h"

#include <gtest/gtest.h>

#include <sstream>

namespace tcgate {
namespace {

using std::chrono::milliseconds;

class FlagsTest : public testing::Test {
 protected:
  std::optional<int> Parse(const std::vector<absl::string_view>& args) {
    const Command command = {
        .name = "mill grind",
        .summary = "Grinds corn.",
        .flags = {{"--sack", "SACK", "Where it goes.", &sack_},
                  {"--grain", "KIND", "May repeat.", &grains_, "-g"},
                  {"--fine", "", "Twice through.", &fine_},
                  {"--time", "DURATION", "At most.", &time_}},
        .arguments = {{"CORN", "What to grind.", &corn_, true},
                      {"STONE", "With what.", &stone_}},
        .notes = "Exits with 0."};
    return ParseFlags(command, args, out_, err_);
  }

  std::string sack_ = "old";
  std::vector<std::string> grains_;
  bool fine_ = false;
  milliseconds time_{7};
  std::string corn_, stone_ = "granite";
  std::ostringstream out_, err_;
};

TEST_F(FlagsTest, BothSpellingsOfAValueMeanTheSame) {
  EXPECT_EQ(Parse({"--sack", "a", "--time=1m30s", "rye"}), std::nullopt);
  EXPECT_EQ(sack_, "a");
  EXPECT_EQ(time_, milliseconds(90'000));
  EXPECT_EQ(Parse({"--sack=b=c", "--time", "500ms", "rye"}), std::nullopt);
  EXPECT_EQ(sack_, "b=c");
  EXPECT_EQ(time_, milliseconds(500));
}

TEST_F(FlagsTest, WhatIsNotGivenKeepsItsDefault) {
  EXPECT_EQ(Parse({"rye"}), std::nullopt);
  EXPECT_EQ(sack_, "old");
  EXPECT_EQ(stone_, "granite");
  EXPECT_EQ(time_, milliseconds(7));
  EXPECT_FALSE(fine_);
}

TEST_F(FlagsTest, AListGrowsWithEachUseAndTheLastOfOthersWins) {
  EXPECT_EQ(Parse({"-g", "a", "rye", "--grain=b", "--sack=1", "--sack=2"}),
            std::nullopt);
  EXPECT_EQ(grains_, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(sack_, "2");
}

TEST_F(FlagsTest, FlagsMayStandBehindArguments) {
  EXPECT_EQ(Parse({"rye", "--fine", "basalt"}), std::nullopt);
  EXPECT_TRUE(fine_);
  EXPECT_EQ(corn_, "rye");
  EXPECT_EQ(stone_, "basalt");
}

TEST_F(FlagsTest, ALoneDashIsAnArgumentAndTwoEndTheFlags) {
  EXPECT_EQ(Parse({"-", "--", "--fine"}), std::nullopt);
  EXPECT_EQ(corn_, "-");
  EXPECT_EQ(stone_, "--fine");
  EXPECT_FALSE(fine_);
}

TEST_F(FlagsTest, HelpNamesEveryFlagAndArgument) {
  EXPECT_EQ(Parse({"--help", "--nonsense"}), 0);
  EXPECT_EQ(out_.str(),
            "Grinds corn.\n"
            "\n"
            "usage: mill grind [FLAG]... CORN [STONE]\n"
            "\n"
            "  CORN              What to grind.\n"
            "  STONE             With what.\n"
            "  --sack SACK       Where it goes.\n"
            "  -g, --grain KIND  May repeat.\n"
            "  --fine            Twice through.\n"
            "  --time DURATION   At most.\n"
            "  --help            show this text\n"
            "\n"
            "Exits with 0.\n");
  EXPECT_EQ(err_.str(), "");
}

struct Fault {
  std::vector<absl::string_view> args;
  const char* message;
};

class FlagFaults : public FlagsTest,
                   public testing::WithParamInterface<Fault> {};

TEST_P(FlagFaults, AreOneLineThatNamesTheFaultAndExitTwo) {
  EXPECT_EQ(Parse(GetParam().args), kExitUsage);
  EXPECT_EQ(err_.str(), std::string("mill grind: ") + GetParam().message +
                            " (see mill grind --help)\n");
  EXPECT_EQ(out_.str(), "");
}

INSTANTIATE_TEST_SUITE_P(
    All, FlagFaults,
    testing::Values(
        Fault{{"--sakc", "x"}, "unknown flag --sakc; did you mean --sack?"},
        Fault{{"--sakc=x"}, "unknown flag --sakc; did you mean --sack?"},
        Fault{{"--verbose"}, "unknown flag --verbose"},
        Fault{{"rye", "--sack"}, "--sack needs a value: --sack SACK"},
        Fault{{"--fine=yes"}, "--fine takes no value"},
        Fault{{"--time=5"},
              "--time: \"5\" is no duration such as 500ms, 20s or 5m"},
        Fault{{"--time=0s"},
              "--time: \"0s\" is no duration such as 500ms, 20s or 5m"},
        Fault{{"--time=-1s"},
              "--time: \"-1s\" is no duration such as 500ms, 20s or 5m"},
        Fault{{"--time=inf"},
              "--time: \"inf\" is no duration such as 500ms, 20s or 5m"},
        Fault{{"--fine"}, "CORN is missing"},
        Fault{{"a", "b", "c"}, "unexpected argument \"c\""}));

}  // namespace
}  // namespace tcgate
