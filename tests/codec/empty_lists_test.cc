#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "service/codec/encode.h"
#include "tests/codec/synthetic.h"

namespace tcgate {
namespace {

class EmptyListsTest : public testing::Test {
 protected:
  std::string Json(absl::string_view message, absl::string_view text) {
    std::string json;
    EXPECT_TRUE(EncodeJson(synthetic_.Table(message),
                           synthetic_.Wire(message, text), options_, json)
                    .ok());
    return json;
  }

  Synthetic synthetic_;
  EncodeOptions options_;
};

TEST_F(EmptyListsTest, AnEmptyListIsSentWhereItIsAskedFor) {
  options_.empty_lists = {"Ls", "Li", "Lo", "Ls"};
  EXPECT_EQ(Json("Api", R"(i: 1 request_id: "r")"),
            R"({"I":1,"Li":[],"Ls":[],"Lo":[],"RequestId":"r"})");
  EXPECT_EQ(Json("Api", R"(li: 1 ls: "x" lo {})"),
            R"({"Li":[1],"Ls":["x"],"Lo":[{}]})");
  EXPECT_EQ(Json("Api", ""), R"({"Li":[],"Ls":[],"Lo":[]})");
}

TEST_F(EmptyListsTest, AnEmptyListWithinMessagesHoldsForEachOfThem) {
  options_.empty_lists = {"Lself.Lstr", "Lself.Self.Lok"};
  EXPECT_EQ(Json("All", R"(lself {} lself { lstr: "x" self { i32: 1 } })"),
            R"({"Lself":[{"Self":{"Lok":[]},"Lstr":[]},)"
            R"({"Self":{"I32":1,"Lok":[]},"Lstr":["x"]}]})");
  EXPECT_EQ(Json("All", "i32: 1"), R"({"I32":1})");
}

TEST_F(EmptyListsTest, AMessageThatHoldsAnEmptyListIsSentForIt) {
  options_.empty_lists = {"Pong.Ping.Pong.Tags", "Pong.Tags"};
  EXPECT_EQ(Json("Ping", ""),
            R"({"Pong":{"Ping":{"Pong":{"Tags":[]}},"Tags":[]}})");
  options_.empty_lists = {"Self.Lself.Lstr"};
  EXPECT_EQ(Json("All", ""), "{}") << "no element that could hold it";
}

TEST_F(EmptyListsTest, APathThatNamesNoListIsRefused) {
  for (const char* path : {"", ".", "I", "O", "O.", "O.Name", "What", "ls",
                           "Ls.", "Ls.x", ".Ls", "I.Ls", "O.Ls", "Ls,Li"}) {
    options_.empty_lists = {"Ls", path};
    std::string json;
    const Outcome outcome =
        EncodeJson(synthetic_.Table("Api"), "", options_, json);
    EXPECT_EQ(outcome.reason, reason::kInvalidRequest) << path;
    ASSERT_EQ(outcome.violations.size(), 1u);
    EXPECT_EQ(outcome.violations[0].field,
              absl::StrCat("tcgate-empty-list: ", path));
  }
}

}  // namespace
}  // namespace tcgate
