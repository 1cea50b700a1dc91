#include "service/codec/sse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace tcgate {
namespace {

using std::string_literals::operator""s;
using testing::ElementsAre;
using testing::IsEmpty;

using Events = std::vector<std::string>;

constexpr std::size_t kLimit = 1000;

struct Parsed {
  Events events;
  bool too_large = false;
  bool operator==(const Parsed& other) const {
    return events == other.events && too_large == other.too_large;
  }
};

// Parses `parts` one after the other.
Parsed Parse(const std::vector<absl::string_view>& parts,
             std::size_t limit = kLimit) {
  SseParser parser(limit);
  Parsed parsed;
  std::string data;
  for (absl::string_view part : parts) {
    while (parser.Next(part, data)) parsed.events.push_back(data);
  }
  if (parser.Finish(data)) parsed.events.push_back(data);
  parsed.too_large = parser.too_large();
  return parsed;
}

struct Row {
  const char* what;
  std::string body;
  Events events;
};

const std::vector<Row>& Table() {
  static const auto& rows = *new std::vector<Row>{
      {"nothing", "", {}},
      {"one event", "data: a\n\n", {"a"}},
      {"two events", "data: a\n\ndata: b\n\n", {"a", "b"}},
      {"CR", "data: a\r\rdata: b\r\r", {"a", "b"}},
      {"CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", {"a", "b"}},
      {"all ends of lines mixed",
       "data: a\r\n\rdata: b\n\r\ndata: c\r\n\ndata: d\r\r\n",
       {"a", "b", "c", "d"}},
      {"several lines", "data: a\ndata: b\ndata:\ndata: c\n\n", {"a\nb\n\nc"}},
      {"one space goes", "data:  a \n\ndata:b\n\n", {" a ", "b"}},
      {"a tab stays", "data:\ta\n\n", {"\ta"}},
      {"colons in the data", "data: {\"a\":1}\n\n", {"{\"a\":1}"}},
      {"empty data", "data:\n\ndata\n\n", {"", ""}},
      {"other fields",
       "event: chunk\nid: 7\nretry: 10\ndata: a\nnew: x\nword\n\n",
       {"a"}},
      {"names are exact", "Data: a\n data: b\ndata : c\nxdata: d\n\n", {}},
      {"comments", ": hello\ndata: a\n:data: b\n:\n\n", {"a"}},
      {"comments alone", ":\n\n: keep\n\n", {}},
      {"an event without data", "event: ping\n\ndata: a\n\n", {"a"}},
      {"empty lines", "\n\n\r\n\rdata: a\n\n\n\n", {"a"}},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "data: a\n\n",
       {"a"}},
      {"byte order mark and CR", "\xEF\xBB\xBF\rdata: a\n\n", {"a"}},
      {"only the first is a mark",
       "\xEF\xBB\xBF\xEF\xBB\xBF"
       "data: a\n\n",
       {}},
      {"a mark later",
       "data: a\n\n\xEF\xBB\xBF"
       "data: b\n\n",
       {"a"}},
      {"half a mark",
       "\xEF\xBB"
       "data: a\n\n",
       {}},
      {"NUL", "data: a\0b\n\n"s, {"a\0b"s}},
      {"no empty line at the end", "data: a\n\ndata: b\n", {"a", "b"}},
      {"no end of line at the end", "data: a\n\ndata: b", {"a", "b"}},
      {"a comment at the end", "data: a\n\n: b", {"a"}},
  };
  return rows;
}

TEST(SseParserTest, ReadsWhatTheStandardSays) {
  for (const Row& row : Table()) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(Parse({row.body}).events, row.events);
  }
}

TEST(SseParserTest, AnEventComesWithTheByteThatEndsIt) {
  SseParser parser(kLimit);
  std::string data;
  absl::string_view input = "data: a\r\n\r";
  EXPECT_TRUE(parser.Next(input, data));
  EXPECT_EQ(data, "a");
  EXPECT_TRUE(input.empty());
  input = "\ndata: b\n";
  EXPECT_FALSE(parser.Next(input, data));
  EXPECT_TRUE(input.empty());
  input = "\nrest";
  EXPECT_TRUE(parser.Next(input, data));
  EXPECT_EQ(data, "b");
  EXPECT_EQ(input, "rest");
}

TEST(SseParserTest, AnyCutGivesTheSameEvents) {
  for (const Row& row : Table()) {
    SCOPED_TRACE(row.what);
    const absl::string_view body = row.body;
    std::vector<absl::string_view> bytes;
    for (std::size_t i = 0; i < body.size(); ++i) {
      bytes.push_back(body.substr(i, 1));
      for (std::size_t j = i; j <= body.size(); ++j) {
        EXPECT_EQ(
            Parse({body.substr(0, i), body.substr(i, j - i), body.substr(j)})
                .events,
            row.events);
      }
    }
    EXPECT_EQ(Parse(bytes).events, row.events);
  }
}

TEST(SseParserTest, AnyCutOfAnyBodyGivesTheSameEvents) {
  const char* const kPieces[] = {
      "data",     ":", " ",    "\n",       "\r",        "\r\n",          "\n\n",
      "event: x", "x", "\xEF", "\xBB\xBF", "data: y\n", "data: zzzz\n\n"};
  std::mt19937 random(20261125);
  const auto below = [&random](std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most - 1)(random);
  };
  for (int round = 0; round < 5000; ++round) {
    std::string body;
    for (std::size_t n = below(20); n > 0; --n) {
      body += kPieces[below(std::size(kPieces))];
    }
    std::vector<absl::string_view> parts;
    for (absl::string_view rest = body; !rest.empty();) {
      const std::size_t size = 1 + below(rest.size());
      parts.push_back(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    const std::size_t limit = round % 2 == 0 ? kLimit : 8;
    ASSERT_EQ(Parse({body}, limit), Parse(parts, limit)) << body;
  }
}

TEST(SseParserTest, AnEventIsBoundedWhateverItIsMadeOf) {
  const std::string fits = "data: " + std::string(14, 'x');
  for (const std::string& body : std::vector<std::string>{
           "data: " + std::string(15, 'x') + "\n\n",
           ":" + std::string(20, 'x') + "\n",
           "data: xxxxxxx\ndata: xxxxxxx\ndata: xxxxxxx\n\n",
           "data: xxxxxxxxx\nid: xxxxxxxxxx\n\n"}) {
    SCOPED_TRACE(body);
    const Parsed parsed = Parse({fits + "\n\n", body, "data: later\n\n"}, 20);
    EXPECT_TRUE(parsed.too_large);
    EXPECT_THAT(parsed.events, ElementsAre(std::string(14, 'x')));
  }
}

TEST(SseParserTest, ManyEventsOfTheLimitAreNotTooMuch) {
  std::string body;
  for (int i = 0; i < 1000; ++i) body += "data: 12345\n\n";
  const Parsed parsed = Parse({body}, 11);
  EXPECT_FALSE(parsed.too_large);
  EXPECT_EQ(parsed.events.size(), 1000U);
  EXPECT_THAT(Parse({body}, 10).events, IsEmpty());
}

}  // namespace
}  // namespace tcgate
