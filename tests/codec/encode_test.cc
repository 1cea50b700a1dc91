#include "service/codec/encode.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/codec/message_table.h"
#include "service/codec/wire_writer.h"
#include "tests/codec/synthetic.h"

namespace tcgate {
namespace {

class EncodeTest : public testing::Test {
 protected:
  Outcome Encode(absl::string_view message, absl::string_view wire,
                 std::string& json) {
    json.clear();
    return EncodeJson(synthetic_.Table(message), wire, options_, json);
  }

  // The JSON of a message in text form, or the fault.
  std::string Json(absl::string_view message, absl::string_view text) {
    return JsonOfWire(message, synthetic_.Wire(message, text));
  }

  std::string JsonOfWire(absl::string_view message, absl::string_view wire) {
    std::string json;
    const Outcome outcome = Encode(message, wire, json);
    return outcome.ok() ? json : outcome.message;
  }

  void ExpectFault(absl::string_view message, absl::string_view wire,
                   absl::string_view reason, absl::string_view path) {
    std::string json;
    const Outcome outcome = Encode(message, wire, json);
    EXPECT_FALSE(outcome.ok()) << json;
    EXPECT_EQ(outcome.ran, Ran::kNo);
    EXPECT_EQ(outcome.decided_by, DecidedBy::kGateway);
    EXPECT_EQ(outcome.reason, reason) << outcome.message;
    EXPECT_EQ(outcome.code, reason == reason::kRequestTooLarge
                                ? absl::StatusCode::kResourceExhausted
                                : absl::StatusCode::kInvalidArgument);
    ASSERT_EQ(outcome.violations.size(), 1u);
    EXPECT_EQ(outcome.violations[0].field, path) << outcome.message;
    EXPECT_FALSE(outcome.violations[0].description.empty());
  }

  Synthetic synthetic_;
  EncodeOptions options_;
};

// A field of any number and type, written by hand.
std::string Field(std::uint64_t number, int type, absl::string_view value) {
  char tag[10];
  const char* const end =
      EncodeVarint(number << 3 | static_cast<std::uint64_t>(type), tag);
  return absl::StrCat(
      absl::string_view(tag, static_cast<std::size_t>(end - tag)), value);
}

std::string Varint(std::uint64_t value) {
  char varint[10];
  return std::string(varint, EncodeVarint(value, varint));
}

std::string Delimited(std::uint64_t number, absl::string_view value) {
  return Field(number, 2, absl::StrCat(Varint(value.size()), value));
}

TEST_F(EncodeTest, MembersKeepTheirNamesAndComeInTheOrderOfTheirNumbers) {
  EXPECT_EQ(Json("Api",
                 R"(request_id: "r" lo {} lo { count: 0 } s: "" b: false i: 0
                    li: 1 li: -2 ls: "a" o { name: "n" } d: 0)"),
            R"({"I":0,"D":0,"B":false,"S":"","O":{"Name":"n"},"Li":[1,-2],)"
            R"("Ls":["a"],"Lo":[{},{"Count":0}],"RequestId":"r"})");
  EXPECT_EQ(Json("Api", ""), "{}");
}

TEST_F(EncodeTest, AppendsToWhatIsThere) {
  std::string json = "before";
  ASSERT_TRUE(EncodeJson(synthetic_.Table("Api"),
                         synthetic_.Wire("Api", "i: 1"), options_, json)
                  .ok());
  EXPECT_EQ(json, R"(before{"I":1})");
}

TEST_F(EncodeTest, NumbersAreExactAndShortest) {
  EXPECT_EQ(
      Json("All",
           "i32: -2147483648 i64: -9223372036854775808 u32: 4294967295 "
           "u64: 18446744073709551615 s32: -2147483648 "
           "s64: 9223372036854775807 f32: 4294967295 "
           "f64: 18446744073709551615 sf32: -1 sf64: -9223372036854775808 "
           "flt: 0.1 dbl: 0.1 ok: true colour: BLUE"),
      R"({"I32":-2147483648,"I64":-9223372036854775808,"U32":4294967295,)"
      R"("U64":18446744073709551615,"S32":-2147483648,)"
      R"("S64":9223372036854775807,"F32":4294967295,)"
      R"("F64":18446744073709551615,"Sf32":-1,"Sf64":-9223372036854775808,)"
      R"("Flt":0.1,"Dbl":0.1,"Ok":true,"Colour":-2})");
  EXPECT_EQ(Json("Api",
                 "ld: 1 ld: -0.0 ld: 1e22 ld: 1e-7 ld: 5e-324 "
                 "ld: 1.7976931348623157e308 ld: 0.30000000000000004"),
            R"({"Ld":[1,-0,1e+22,1e-07,5e-324,1.7976931348623157e+308,)"
            R"(0.30000000000000004]})");
}

TEST_F(EncodeTest, OnlyWhatMustBeIsEscaped) {
  EXPECT_EQ(
      Json("Api",
           R"(s: "\"\\/\b\f\n\r\t\001\037\177<\303\251\360\237\230\200" )"),
      "{\"S\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f<"
      "\xc3\xa9\xf0\x9f\x98\x80\"}");
}

TEST_F(EncodeTest, OnTheWireLaterScalarsWinAndMessagesMerge) {
  const std::string wire =
      synthetic_.Wire("Api",
                      R"(s: "old" i: 1 o { name: "a" count: 1 } li: 1)") +
      synthetic_.Wire("Api", R"(s: "new" o { count: 2 } ls: "x" li: 2)") +
      synthetic_.Wire("Api", "o {} li: 3");
  EXPECT_EQ(JsonOfWire("Api", wire),
            R"({"I":1,"S":"new","O":{"Name":"a","Count":2},"Li":[1,2,3],)"
            R"("Ls":["x"]})");
}

TEST_F(EncodeTest, ListsMayBePackedOrNotOrBoth) {
  const std::string packed = Delimited(11, Varint(1) + Varint(300));
  const std::string single = Field(11, 0, Varint(5));
  EXPECT_EQ(JsonOfWire("Api", packed + single + packed),
            R"({"Li":[1,300,5,1,300]})");
  EXPECT_EQ(JsonOfWire("Api", Delimited(11, "")), "{}");
  EXPECT_EQ(Json("All", "lu64: 1 lu64: 2 ls32: -1 lf32: 7 lok: true lflt: 0.5"),
            R"({"Lu64":[1,2],"Ls32":[-1],"Lf32":[7],"Lflt":[0.5],)"
            R"("Lok":[true]})");
}

TEST_F(EncodeTest, VarintsAreReadAsProtobufReadsThem) {
  const std::string minus_one = Varint(~std::uint64_t{0});
  EXPECT_EQ(JsonOfWire("All", Field(1, 0, minus_one)), R"({"I32":-1})");
  EXPECT_EQ(JsonOfWire("All", Field(1, 0, Varint(0x1'0000'0002))),
            R"({"I32":2})");
  EXPECT_EQ(JsonOfWire("All", Field(3, 0, minus_one)), R"({"U32":4294967295})");
  EXPECT_EQ(JsonOfWire("All", Field(13, 0, Varint(256))), R"({"Ok":true})");
  EXPECT_EQ(JsonOfWire("All", absl::StrCat(Field(2, 0, "\x81\x80"),
                                           absl::string_view("\0", 1))),
            R"({"I64":1})");
}

TEST_F(EncodeTest, AFieldThatIsNotKnownIsRefusedByNumberAndPath) {
  ExpectFault("Api", Field(9, 0, "\x01"), reason::kUnknownField, "9");
  ExpectFault("Api", Delimited(7, Field(99, 0, "\x01")), reason::kUnknownField,
              "O.99");
  ExpectFault("Api", Delimited(17, "") + Delimited(17, Delimited(2001, "x")),
              reason::kUnknownField, "Lo[1].2001");
  EXPECT_EQ(JsonOfWire("Api", Delimited(7, Field(99, 0, "\x01"))),
            "O.99 is the number of a field that this gateway does not know");
}

TEST_F(EncodeTest, MalformedWireIsRefused) {
  const std::string nul(1, '\0');
  for (const std::string& wire : std::vector<std::string>{
           "\x80",
           "\x08",
           "\x08\x80",
           Field(3, 1, "1234567"),
           Field(5, 2, "\x05xxxx"),
           Field(5, 2, "\x80"),
           nul + "\x01",                       // Number 0.
           Field(1, 3, "") + Field(1, 4, ""),  // A group.
           Field(1, 4, ""),
           Field(1, 6, ""),
           Field(1, 7, ""),
           Field(1, 0, std::string(10, '\xff') + "\x01"),  // Over 10 bytes.
           Field(std::uint64_t{1} << 29 | 1, 0, "\x01"),
           Field(1, 2, "\x01x"),
           Field(1, 5, "1234"),  // Another type.
           Field(5, 0, "\x01"),
           Field(7, 0, "\x01"),
           Field(3, 5, "1234"),
           Field(15, 0, "\x01"),
           Field(13, 0, "\x01")}) {
    ExpectFault("Api", wire, reason::kInvalidRequest, "");
  }
  ExpectFault("Api", Delimited(7, "\x08"), reason::kInvalidRequest, "O");
  ExpectFault("Api", Delimited(11, "\x01\x80"), reason::kInvalidRequest, "Li");
  ExpectFault("Api", Delimited(13, "1234567"), reason::kInvalidRequest, "Ld");
}

TEST_F(EncodeTest, ValuesThatJsonCannotSayAreRefusedByPath) {
  ExpectFault("Api", synthetic_.Wire("Api", "d: nan"), reason::kInvalidRequest,
              "D");
  ExpectFault("Api", synthetic_.Wire("Api", "ld: 1 ld: -inf"),
              reason::kInvalidRequest, "Ld[1]");
  ExpectFault("All",
              synthetic_.Wire("All", "self { lflt: 1 lflt: 2 lflt: inf }"),
              reason::kInvalidRequest, "Self.Lflt[2]");
  ExpectFault("Api", Delimited(5, "\xff"), reason::kInvalidRequest, "S");
  ExpectFault("Api",
              Delimited(17, "") + Delimited(17, Delimited(1, "\xc0\xaf")),
              reason::kInvalidRequest, "Lo[1].Name");
  ExpectFault("Api", Delimited(15, "x") + Delimited(15, "\xed\xa0\x80"),
              reason::kInvalidRequest, "Ls[1]");
}

// Found by the fuzzer: protobuf refuses such a message too.
TEST_F(EncodeTest, ATextThatALaterOneReplacesMustBeUtf8Too) {
  ExpectFault("Api", Delimited(5, "\xff") + Delimited(5, "x"),
              reason::kInvalidRequest, "S");
}

// Found by the fuzzer: the parts of a message used to be put together first.
TEST_F(EncodeTest, EachPartOfAMessageIsWellFormedByItself) {
  ExpectFault("Api",
              Delimited(7,
                        "\x0a\x03"
                        "a") +
                  Delimited(7, "\x10\x02"),
              reason::kInvalidRequest, "O");
}

TEST_F(EncodeTest, BytesTravelInNoJsonRequest) {
  ExpectFault("Api", Delimited(6, "abc"), reason::kInvalidRequest, "Y");
}

TEST_F(EncodeTest, OnlySoManyLevels) {
  std::string wire;
  for (int i = 0; i < kMaxDepth; ++i) wire = Delimited(17, wire);
  EXPECT_EQ(JsonOfWire("All", wire).substr(0, 17), R"({"Self":{"Self":{)");
  std::vector<std::string> path(kMaxDepth + 1, "Self");
  ExpectFault("All", Delimited(17, wire), reason::kInvalidRequest,
              absl::StrJoin(path, "."));
  for (int i = 0; i < 100'000; ++i) wire = Delimited(17, wire).substr(0, 1000);
  std::string json;
  EXPECT_FALSE(Encode("All", wire, json).ok());
}

TEST_F(EncodeTest, TheLimitHoldsForTheJson) {
  const std::string wire =
      synthetic_.Wire("Api", R"(i: 1 s: "\001\001" li: 1)");
  const std::string json = JsonOfWire("Api", wire);
  options_.max_bytes = json.size();
  EXPECT_EQ(JsonOfWire("Api", wire), json);
  options_.max_bytes = json.size() - 1;
  ExpectFault("Api", wire, reason::kRequestTooLarge, "");
  options_.max_bytes = 20;
  ExpectFault("Api", wire, reason::kRequestTooLarge, "S");
  options_.max_bytes = 0;
  ExpectFault("Api", "", reason::kRequestTooLarge, "");
}

TEST_F(EncodeTest, WhatGrowsOverTheLimitIsNotWrittenFarBeyondIt) {
  options_.max_bytes = 1000;
  for (const std::string& wire :
       {Delimited(5, std::string(10'000'000, '\x01')),
        Delimited(11, std::string(10'000'000, '\x01')),
        Delimited(14, std::string(10'000'000, '\0'))}) {
    std::string json;
    EXPECT_EQ(Encode("Api", wire, json).reason, reason::kRequestTooLarge);
    EXPECT_LT(json.capacity(), 25'000'000u);
  }
}

}  // namespace
}  // namespace tcgate
