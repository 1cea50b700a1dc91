// Objects of any size and shape, and hostile ones.

#include "service/codec/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/codec/losses.h"
#include "service/codec/message_table.h"
#include "tests/codec/synthetic.h"

namespace tcgate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DecodeTest : public testing::Test {
 protected:
  bool Decode(absl::string_view message, std::string json) {
    std::vector<Loss> losses;
    const bool decoded = decoder_.DecodeObject(synthetic_.Table(message), json,
                                               wire_, losses, error_);
    losses_.clear();
    for (const Loss& loss : losses) losses_.push_back(loss.member);
    return decoded;
  }

  std::string DecodedText(absl::string_view message, std::string json) {
    if (!Decode(message, std::move(json))) return error_;
    return synthetic_.Text(message, wire_);
  }

  Synthetic synthetic_;
  Decoder decoder_;
  std::string wire_;
  std::string error_;
  std::vector<std::string> losses_;
};

// `open` and `close` around `inside`, `times` times.
std::string Nest(int times, absl::string_view open, absl::string_view inside,
                 absl::string_view close) {
  std::string nest;
  for (int i = 0; i < times; ++i) absl::StrAppend(&nest, open);
  absl::StrAppend(&nest, inside);
  for (int i = 0; i < times; ++i) absl::StrAppend(&nest, close);
  return nest;
}

TEST_F(DecodeTest, AnObjectNeedsNoEnvelope) {
  EXPECT_EQ(DecodedText("Leaf", R"( {"Name":"x"} )"), R"(name: "x")");
  EXPECT_EQ(DecodedText("Leaf", "{}"), "");
}

TEST_F(DecodeTest, WhatIsNoObjectIsRefusedWithTheReason) {
  EXPECT_FALSE(Decode("Leaf", "[1]"));
  EXPECT_EQ(error_, "not a JSON object");
  EXPECT_FALSE(Decode("Leaf", R"({"Name":"x)"));
  EXPECT_EQ(error_, "not JSON in UTF-8");
  EXPECT_FALSE(Decode("Leaf", R"({"Name":"x",,})"));
  EXPECT_EQ(error_, "not JSON at byte 12");
  EXPECT_FALSE(Decode("Leaf", R"({"Name":"x"} {)"));
  EXPECT_EQ(error_, "not JSON at byte 13");
  EXPECT_FALSE(Decode("Leaf", ""));
}

TEST_F(DecodeTest, EveryTypeTakesItsExtremes) {
  EXPECT_EQ(
      DecodedText(
          "All",
          R"({"I32":-2147483648,"I64":-9223372036854775808,"U32":4294967295,)"
          R"("U64":18446744073709551615,"S32":-2147483648,)"
          R"("S64":-9223372036854775808,"F32":4294967295,)"
          R"("F64":18446744073709551615,"Sf32":-2147483648,)"
          R"("Sf64":-9223372036854775808,"Flt":-0.25,"Dbl":1e308,"Ok":true,)"
          R"("Str":"x","Colour":-2,"Lu64":[1,2]})"),
      "i32: -2147483648 i64: -9223372036854775808 u32: 4294967295 "
      "u64: 18446744073709551615 s32: -2147483648 s64: -9223372036854775808 "
      "f32: 4294967295 f64: 18446744073709551615 sf32: -2147483648 "
      "sf64: -9223372036854775808 flt: -0.25 dbl: 1e+308 ok: true str: \"x\" "
      "colour: BLUE lu64: 1 lu64: 2");
  EXPECT_THAT(losses_, IsEmpty());
}

TEST_F(DecodeTest, NarrowIntegersAreLostRatherThanCut) {
  EXPECT_EQ(
      DecodedText("All", R"({"I32":2147483648,"U32":-1,"S32":-2147483649,)"
                         R"("F32":4294967296,"Flt":1e39,"Sf32":4294967295})"),
      "");
  EXPECT_THAT(losses_, ElementsAre("I32", "U32", "S32", "F32", "Flt", "Sf32"));
}

TEST_F(DecodeTest, OfTwoNamesThatDifferInCaseEachIsItsOwn) {
  EXPECT_EQ(DecodedText("Cases", R"({"Subdomain":"a","SubDomain":"b"})"),
            R"(subdomain: "a" sub_domain_2: "b")");
  EXPECT_EQ(DecodedText("Cases", R"({"subdomain":"c","srcPort":"1"})"),
            R"(src_port: "1")");
  EXPECT_THAT(losses_, ElementsAre("?"));
}

TEST_F(DecodeTest, TheOrderOfMembersMayChangeFromObjectToObject) {
  std::string json = "{\"Lo\":[";
  std::string expected;
  for (int i = 0; i < 6; ++i) {
    absl::StrAppend(
        &json, i == 0 ? "" : ",",
        i % 2 == 0 ? R"({"Name":"x","Count":1})" : R"({"Count":1,"Name":"x"})");
    absl::StrAppend(&expected, i == 0 ? "" : " ",
                    R"(lo { name: "x" count: 1 })");
  }
  EXPECT_EQ(DecodedText("Api", json + "]}"), expected);
}

// The guess of the next member is all that threads share and write.
TEST_F(DecodeTest, ThreadsShareATableThoughTheirRepliesDifferInOrder) {
  const MessageTable& table = synthetic_.Table("Leaf");
  const auto decode = [&table](const char* text, const char* expected) {
    Decoder decoder;
    std::vector<Loss> losses;
    std::string error;
    for (int i = 0; i < 10'000; ++i) {
      std::string json = text;
      std::string wire;
      ASSERT_TRUE(decoder.DecodeObject(table, json, wire, losses, error));
      ASSERT_EQ(wire, expected);
    }
  };
  std::thread one(decode, R"({"Name":"x","Count":1})", "\x0a\x01x\x10\x01");
  std::thread two(decode, R"({"Count":1,"Name":"x"})", "\x10\x01\x0a\x01x");
  one.join();
  two.join();
}

TEST_F(DecodeTest, AMessageOf106Members) {
  std::string json = "{";
  std::string expected;
  for (int i = 106; i > 0; --i) {
    absl::StrAppend(&json, "\"F", i, "\":", i, i == 1 ? "}" : ",");
  }
  for (int i = 1; i <= 106; ++i) {
    const char* quote = i % 2 == 0 ? "\"" : "";
    absl::StrAppend(&expected, i == 1 ? "" : " ", "f", i, ": ", quote, i,
                    quote);
  }
  EXPECT_EQ(DecodedText("Wide", json), expected);
}

TEST_F(DecodeTest, ThirteenLevels) {
  EXPECT_EQ(
      DecodedText("Level1", Nest(12, R"({"Next":[)", R"({"End":"x"})", "]}")),
      Nest(12, "next { ", R"(end: "x")", " }"));
}

// Lengths are one byte until a message is over 127 bytes, then grow.
TEST_F(DecodeTest, MessagesOfEveryLengthAroundASecondByte) {
  for (std::size_t size = 100; size < 140; ++size) {
    const std::string text(size, 'x');
    const std::string json =
        absl::StrCat(R"({"Lself":[{"Leaf":{"Name":")", text, R"("}}]})");
    EXPECT_EQ(DecodedText("All", json),
              absl::StrCat(R"(lself { leaf { name: ")", text, R"(" } })"));
  }
  const std::string text(20'000, 'x');
  EXPECT_EQ(
      DecodedText("Api", absl::StrCat(R"({"O":{"Name":"\n)", text, R"("}})")),
      absl::StrCat(R"(o { name: "\n)", text, R"(" })"));
}

TEST_F(DecodeTest, MessagesBelowTheGreatestDepthAreLostAndTheRestIsKept) {
  const auto nested = [](int depth) {
    return Nest(depth, R"({"Self":)", R"({"I32":1})", R"(,"I64":2})");
  };
  ASSERT_TRUE(Decode("All", nested(kMaxDepth)));
  EXPECT_THAT(losses_, IsEmpty());
  EXPECT_THAT(synthetic_.Text("All", wire_), HasSubstr("i32: 1"));

  ASSERT_TRUE(Decode("All", nested(kMaxDepth + 1)));
  EXPECT_EQ(losses_.size(), 1u);
  EXPECT_THAT(
      synthetic_.Text("All", wire_),
      testing::AllOf(HasSubstr("i64: 2"), testing::Not(HasSubstr("i32: 1"))));
}

TEST_F(DecodeTest, EndlessNestingIsRefusedWithoutRecursingSoDeep) {
  for (const char* open : {"[", R"({"a":)", R"([{"Self":)"}) {
    EXPECT_FALSE(Decode(
        "All", absl::StrCat(R"({"Str":)", Nest(1'000'000, open, "", ""))));
    EXPECT_FALSE(Decode(
        "All", absl::StrCat(R"({"What":)", Nest(1'000'000, open, "", ""))));
  }
  EXPECT_FALSE(Decode("All", Nest(1'000'000, R"({"Self":)", "", "")));
  EXPECT_FALSE(Decode("All", Nest(1'000'000, R"({"Self":)", "{}", "}")));
}

TEST_F(DecodeTest, LossesAreToldOnceEachAndBounded) {
  std::string json = "{";
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&json, "\"x", i, "\":1,");
  }
  ASSERT_TRUE(Decode("Wide", absl::StrCat(json, R"("F1":"x","F1":"y"})")));
  EXPECT_THAT(losses_, ElementsAre("?", "F1"));

  json = "{";
  for (int i = 1; i < 106; i += 2) {
    absl::StrAppend(&json, "\"F", i, "\":\"x\",");
  }
  ASSERT_TRUE(Decode("Wide", absl::StrCat(json, R"("x":1})")));
  EXPECT_EQ(losses_.size(), 54u);

  // Deeper at each level: as many paths as one likes.
  ASSERT_TRUE(Decode("All", Nest(90, R"({"I32":"x","Self":)", "{}", "}")));
  EXPECT_EQ(losses_.size(), kMaxLosses);
}

TEST_F(DecodeTest, HugeNumbersAreLostInNoTime) {
  const std::string digits(1'000'000, '9');
  for (const std::string& number : std::vector<std::string>{
           digits, "-" + digits, "0." + digits, "1e" + digits, "1e-" + digits,
           "1." + digits + "e" + digits, "1e2147483647", "1e-2147483648"}) {
    ASSERT_TRUE(Decode("Api", absl::StrCat(R"({"I":)", number, "}")));
    EXPECT_EQ(wire_, "");
    ASSERT_TRUE(Decode("Api", absl::StrCat(R"({"U":")", number, "\"}")));
    EXPECT_EQ(wire_, "");
    ASSERT_TRUE(Decode("Api", absl::StrCat(R"({"D":)", number, "}")));
  }
  EXPECT_EQ(
      DecodedText("Api", absl::StrCat(R"({"I":0.)", std::string(100'000, '0'),
                                      "e99999}")),
      "i: 0");
}

TEST_F(DecodeTest, AStringOf100MegabytesAndTheBuffersAreGivenBack) {
  const std::string text(100'000'000, 'x');
  ASSERT_TRUE(Decode("Api", absl::StrCat(R"({"S":")", text, R"("})")));
  EXPECT_EQ(wire_.size(), text.size() + 5);
  EXPECT_EQ(DecodedText("Api", R"({"I":1})"), "i: 1");
}

TEST_F(DecodeTest, ALossWithinALossLeavesNothingBehind) {
  EXPECT_EQ(
      DecodedText("All", R"({"Lself":[{"Lself":[{"I32":1},[]]},{"I32":2}],)"
                         R"("I32":3})"),
      "i32: 3 lself { } lself { i32: 2 }");
  EXPECT_THAT(losses_, ElementsAre("Lself.Lself"));
}

}  // namespace
}  // namespace tcgate
