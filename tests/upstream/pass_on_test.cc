#include "service/upstream/pass_on.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tcgate {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(PassOnMessage, PassesOnWhatIsHarmless) {
  EXPECT_EQ(PassOnMessage("", {}), "");
  EXPECT_EQ(PassOnMessage("The `Id` is wrong: \xE6\x9C\xAA\xF0\x9F\x98\x80.",
                          {"secret"}),
            "The `Id` is wrong: \xE6\x9C\xAA\xF0\x9F\x98\x80.");
}

TEST(PassOnMessage, MasksEveryPlaceOfEveryValue) {
  EXPECT_EQ(PassOnMessage("hush and hush, not hus or PIN 12", {"hush", "12"}),
            "*** and ***, not hus or PIN ***");
  EXPECT_EQ(PassOnMessage("hush", {"hush"}), "***");
}

TEST(PassOnMessage, AnEmptyValueMasksNothing) {
  EXPECT_EQ(PassOnMessage("as it is", {""}), "as it is");
}

TEST(PassOnMessage, AShortValueDoesNotUncoverALongOne) {
  EXPECT_EQ(PassOnMessage("<abcdef>", {"abc", "abcdef"}), "<***>");
  EXPECT_EQ(PassOnMessage("<abcdef>", {"abcdef", "abc"}), "<***>");
}

TEST(PassOnMessage, OverlappingValuesAreMaskedWhole) {
  EXPECT_EQ(PassOnMessage("<abcdef>", {"abcd", "cdef"}), "<***>");
  EXPECT_EQ(PassOnMessage("<aaaaa>", {"aaa"}), "<***>");
}

TEST(PassOnMessage, TheMaskItselfIsNotMaskedAgain) {
  EXPECT_EQ(PassOnMessage("a*b", {"*", "a"}), "***b");
}

TEST(PassOnMessage, CutsAtOneKibibyte) {
  EXPECT_EQ(PassOnMessage(std::string(1024, 'x'), {}), std::string(1024, 'x'));
  EXPECT_EQ(PassOnMessage(std::string(1025, 'x'), {}), std::string(1024, 'x'));
}

TEST(PassOnMessage, NeverCutsACharacter) {
  // 341 characters of 3 bytes are 1023; the next would end at 1026.
  EXPECT_EQ(PassOnMessage(Repeat("\xE6\x9C\xAA", 400), {}),
            Repeat("\xE6\x9C\xAA", 341));
}

TEST(PassOnMessage, CutsAfterMaskingSoThatNoPartOfASecretStays) {
  // Cutting first would leave `PASS` at the end, which is no secret's value.
  const std::string before(1020, 'x');
  EXPECT_EQ(PassOnMessage(before + "PASSWORD", {"PASSWORD"}), before + "***");
  // A mask that does not fit is left out whole.
  EXPECT_EQ(PassOnMessage(before + "xxPASSWORD", {"PASSWORD"}), before + "xx");
  // What was beyond the limit comes within it when a long secret goes.
  EXPECT_EQ(
      PassOnMessage(std::string(5000, 's') + "end", {std::string(5000, 's')}),
      "***end");
}

TEST(PassOnMessage, ReplacesControlCharacters) {
  EXPECT_EQ(PassOnMessage(std::string("a\r\nb\0c\177d\033[0m", 12), {}),
            "a  b c d [0m");
  EXPECT_EQ(PassOnMessage("a\xC2\x85z\xC2\xA0", {}), "a z\xC2\xA0");
}

TEST(PassOnMessage, ReplacesInvalidUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  for (const char* bytes :
       {"\x80", "\xC0", "\xC1", "\xF5", "\xFF", "\xC3", "\xE6", "\xF0"}) {
    EXPECT_EQ(PassOnMessage(bytes, {}), bad);
  }
  EXPECT_EQ(PassOnMessage("\xE0\x80\x80", {}), Repeat(bad, 3));  // Overlong.
  EXPECT_EQ(PassOnMessage("\xED\xA0\x80", {}), Repeat(bad, 3));  // Surrogate.
  EXPECT_EQ(PassOnMessage("\xF4\x90\x80\x80", {}), Repeat(bad, 4));
  EXPECT_EQ(PassOnMessage("\xF0\x8F\x80\x80", {}), Repeat(bad, 4));
  EXPECT_EQ(PassOnMessage("\xE6\x9Cz", {}), bad + bad + "z");
}

TEST(PassOnMessage, ASecretIsFoundNextToInvalidBytes) {
  EXPECT_THAT(PassOnMessage("\xE6hush\xE6\x9C", {"hush"}),
              Not(HasSubstr("hush")));
}

TEST(PassOnName, KeepsVisibleAsciiAndBoundsTheLength) {
  EXPECT_EQ(PassOnName("FailedOperation.TaskExist"),
            "FailedOperation.TaskExist");
  EXPECT_EQ(PassOnName("a b\r\nc\xE6\x7F"), "a?b??c??");
  EXPECT_EQ(PassOnName(std::string(128, 'a')), std::string(128, 'a'));
  EXPECT_EQ(PassOnName(std::string(129, 'a')), std::string(128, 'a'));
}

}  // namespace
}  // namespace tcgate
