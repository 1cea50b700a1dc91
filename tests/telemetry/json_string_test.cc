#include "service/telemetry/json_string.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tcgate {
namespace {

std::string Quoted(absl::string_view text) {
  std::string json;
  AppendJsonString(text, json);
  return json;
}

struct Row {
  std::string text;
  const char* json;
};

class JsonString : public testing::TestWithParam<Row> {};

TEST_P(JsonString, IsEscapedAsTheTableSays) {
  EXPECT_EQ(Quoted(GetParam().text), GetParam().json);
}

INSTANTIATE_TEST_SUITE_P(
    Table, JsonString,
    testing::Values(
        Row{"", R"("")"}, Row{"plain", R"("plain")"},
        Row{"a\"b\\c/", R"("a\"b\\c/")"}, Row{"\r\n\t", R"("\r\n\t")"},
        Row{std::string("\0\x1b\x1f", 3), R"("\u0000\u001b\u001f")"},
        Row{"\x7f", "\"\x7f\""}, Row{"\xc3\xa9", "\"\xc3\xa9\""},
        Row{"\xe6\xb5\x8b\xf0\x9f\x9a\x97", "\"\xe6\xb5\x8b\xf0\x9f\x9a\x97\""},
        // Lone continuation, cut sequences, overlong forms, a surrogate, past
        // the end of Unicode, bytes that never occur.
        Row{"\x80", R"("\ufffd")"}, Row{"a\xc3", R"("a\ufffd")"},
        Row{"\xe6\xb5z", R"("\ufffd\ufffdz")"},
        Row{"\xf0\x9f\x9a", R"("\ufffd\ufffd\ufffd")"},
        Row{"\xc0\xaf", R"("\ufffd\ufffd")"},
        Row{"\xe0\x80\xaf", R"("\ufffd\ufffd\ufffd")"},
        Row{"\xf0\x80\x80\xaf", R"("\ufffd\ufffd\ufffd\ufffd")"},
        Row{"\xed\xa0\x80", R"("\ufffd\ufffd\ufffd")"},
        Row{"\xf4\x90\x80\x80", R"("\ufffd\ufffd\ufffd\ufffd")"},
        Row{"\xf5\xff\xfe", R"("\ufffd\ufffd\ufffd")"}));

// Eight bytes are judged at a time: each value at each place, beside plain
// ones and beside another.
TEST(JsonStringProperty, AByteIsEscapedWhereverItStands) {
  for (int value = 0; value < 256; ++value) {
    const std::string one(1, static_cast<char>(value));
    const std::string alone = Quoted(one);
    const std::string escaped = alone.substr(1, alone.size() - 2);
    for (std::size_t before = 0; before < 20; ++before) {
      const std::string around(before, '!');
      ASSERT_EQ(Quoted(around + one + around),
                "\"" + around + escaped + around + "\"")
          << value << " after " << before;
      if (value >= 0x80) continue;
      ASSERT_EQ(Quoted(around + one + "\x1f#" + around),
                "\"" + around + escaped + "\\u001f#" + around + "\"");
    }
  }
}

TEST(JsonStringProperty, WhateverTwoBytesGoInAParserReadsIt) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first),
                                static_cast<char>(second)};
      const auto parsed = nlohmann::json::parse(Quoted(text), nullptr, false);
      ASSERT_TRUE(parsed.is_string()) << first << " " << second;
      if (first < 0x80 && second < 0x80) {
        ASSERT_EQ(parsed.get<std::string>(), text);
      }
    }
  }
}

}  // namespace
}  // namespace tcgate
