// The small parts: tables, UTF-8, lengths.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "service/base/utf8.h"
#include "service/codec/bytes.h"
#include "service/codec/json_string.h"
#include "service/codec/json_writer.h"
#include "service/codec/message_table.h"
#include "tests/codec/synthetic.h"

namespace tcgate {
namespace {

TEST(MessageTableTest, MembersAreFoundByNumberWhateverTheGuess) {
  Synthetic synthetic;
  const MessageTable& table = synthetic.Table("All");
  for (std::size_t guess = 0; guess < table.members.size() + 2; ++guess) {
    EXPECT_EQ(table.FindNumber(27, guess)->name, "Ls32");
    EXPECT_EQ(table.FindNumber(536870911, guess)->name, "Lself");
    EXPECT_EQ(table.FindNumber(18, guess), nullptr);
    EXPECT_EQ(table.FindNumber(0, guess), nullptr);
  }
}

TEST(MessageTableTest, MembersAreFoundByExactNameAndByTheOneThatIsLike) {
  Synthetic synthetic;
  const MessageTable& table = synthetic.Table("Cases");
  EXPECT_EQ(table.FindName("Subdomain")->number, 1u);
  EXPECT_EQ(table.FindName("SubDomain")->number, 2u);
  EXPECT_EQ(table.FindName("subdomain"), nullptr);
  EXPECT_EQ(table.FindName("sub_domain_2"), nullptr);
  EXPECT_EQ(table.FindFolded("subdomain"), nullptr) << "there are two";
  EXPECT_EQ(table.FindFolded("SRCPORT")->number, 3u);
}

TEST(MessageTableTest, RecursiveMessagesShareOneTable) {
  Synthetic synthetic;
  const MessageTable& ping = synthetic.Table("Ping");
  const MessageTable* pong = ping.FindName("Pong")->message;
  EXPECT_EQ(pong, &synthetic.Table("Pong"));
  EXPECT_EQ(pong->FindName("Ping")->message, &ping);
  EXPECT_EQ(&synthetic.Table("Ping"), &ping);
}

TEST(MessageTableTest, EveryMessageThatIsReachableHasItsMembers) {
  Synthetic synthetic;
  const MessageTable* table = &synthetic.Table("Level1");
  for (int level = 1; level < 13; ++level) {
    table = table->FindName("Next")->message;
  }
  EXPECT_NE(table->FindName("End"), nullptr);
  EXPECT_EQ(synthetic.Table("Wide").members.size(), 106u);
  EXPECT_TRUE(synthetic.Table("Empty").members.empty());
}

// What Unicode's table of well-formed byte sequences says at each of its edges.
class Utf8Test : public testing::TestWithParam<std::tuple<std::string, int>> {};

TEST_P(Utf8Test, OnlyWellFormedSequences) {
  const auto& [text, length] = GetParam();
  EXPECT_EQ(Utf8Length(text.data(), text.data() + text.size()), length);
  std::string json;
  JsonWriter writer(json, 100);
  EXPECT_EQ(writer.String("around " + text + " it"), length != 0);
  writer.Finish();
  if (length == 0) return;
  EXPECT_EQ(json, "\"around " + text + " it\"");
}

INSTANTIATE_TEST_SUITE_P(
    All, Utf8Test,
    testing::Values(
        std::tuple("a", 1), std::tuple("\x7f", 1),  //
        std::tuple("\xc2\x80", 2), std::tuple("\xdf\xbf", 2),
        std::tuple("\xe0\xa0\x80", 3), std::tuple("\xec\xbf\xbf", 3),
        std::tuple("\xed\x9f\xbf", 3), std::tuple("\xee\x80\x80", 3),
        std::tuple("\xef\xbf\xbf", 3), std::tuple("\xf0\x90\x80\x80", 4),
        std::tuple("\xf4\x8f\xbf\xbf", 4),
        // A byte that continues, alone; overlong forms.
        std::tuple("\x80", 0), std::tuple("\xbf", 0), std::tuple("\xc0\x80", 0),
        std::tuple("\xc1\xbf", 0), std::tuple("\xe0\x9f\xbf", 0),
        std::tuple("\xf0\x8f\xbf\xbf", 0),
        // Surrogates; above U+10FFFF; bytes that never occur.
        std::tuple("\xed\xa0\x80", 0), std::tuple("\xed\xbf\xbf", 0),
        std::tuple("\xf4\x90\x80\x80", 0), std::tuple("\xf5\x80\x80\x80", 0),
        std::tuple("\xfe", 0), std::tuple("\xff", 0),
        // Cut, or continued by something else.
        std::tuple("\xc2", 0), std::tuple("\xe4\xb8", 0),
        std::tuple("\xf0\x9f\x98", 0), std::tuple("\xc2\x20", 0),
        std::tuple("\xe4\xb8\x20", 0), std::tuple("\xe4\x20\xad", 0),
        std::tuple("\xf0\x9f\x98\xc0", 0)));

TEST(Utf8Test, EncodingIsTheReverseOfUnicodeEscapes) {
  for (const auto& [escapes, text] :
       {std::pair(R"(\u0041)", "A"), std::pair(R"(\u007f)", "\x7f"),
        std::pair(R"(\u0080)", "\xc2\x80"), std::pair(R"(\u07FF)", "\xdf\xbf"),
        std::pair(R"(\u0800)", "\xe0\xa0\x80"),
        std::pair(R"(\uffff)", "\xef\xbf\xbf"),
        std::pair(R"(\ud800\udc00)", "\xf0\x90\x80\x80"),
        std::pair(R"(\uDBFF\uDFFF)", "\xf4\x8f\xbf\xbf")}) {
    std::string to(20, '?');
    std::size_t size = 0;
    EXPECT_EQ(Unescape(escapes, to.data(), size), Unescaped::kExact);
    EXPECT_EQ(to.substr(0, size), text) << escapes;
  }
}

TEST(UnescapeTest, NoEscapeIsMadeUp) {
  for (const char* escapes :
       {R"(\)", R"(\q)", R"(\U0041)", R"(\u)", R"(\u004)", R"(\u004g)",
        R"(\u-041)", R"(\u+041)", R"(\x41)", R"(\0)"}) {
    std::string to(20, '?');
    std::size_t size = 0;
    EXPECT_EQ(Unescape(escapes, to.data(), size), Unescaped::kNotJson)
        << escapes;
  }
}

TEST(BytesTest, BackslashesAreFoundAtEveryPlaceOfEveryLength) {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string plain(size, '[');  // Next to a backslash in ASCII.
    std::string to(size, '?');
    EXPECT_TRUE(CopyWithoutBackslash(plain, to.data()));
    EXPECT_EQ(to, plain);
    for (const char filler : {'[', ']', '\xdc', '\x00', '\xff'}) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, filler);
        EXPECT_TRUE(CopyWithoutBackslash(text, to.data()));
        text[at] = '\\';
        EXPECT_FALSE(CopyWithoutBackslash(text, to.data()));
      }
    }
  }
}

TEST(BytesTest, OneByteIsEnoughToDiffer) {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string text(size, 'x');
    EXPECT_TRUE(SameBytes(text, std::string(size, 'x')));
    EXPECT_FALSE(SameBytes(text, text + "x"));
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = 'y';
      EXPECT_FALSE(SameBytes(text, other));
    }
  }
}

// Eight characters are looked at together; each of them must be seen.
TEST(JsonWriterTest, EveryCharacterAtEveryPlaceOfABlock) {
  for (int c = 0; c < 0x80; ++c) {
    for (std::size_t at = 0; at < 17; ++at) {
      std::string text(17, 'x');
      text[at] = static_cast<char>(c);
      std::string json;
      JsonWriter writer(json, 1000);
      ASSERT_TRUE(writer.String(text));
      writer.Finish();
      std::string back(json.size(), '?');
      std::size_t size = 0;
      ASSERT_EQ(Unescape(absl::string_view(json).substr(1, json.size() - 2),
                         back.data(), size),
                Unescaped::kExact);
      EXPECT_EQ(back.substr(0, size), text);
      EXPECT_EQ(json.size() == 19, c >= 0x20 && c != '"' && c != '\\');
    }
  }
}

}  // namespace
}  // namespace tcgate
