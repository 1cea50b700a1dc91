// What replies may get wrong: every row of the table in README, as it was found
// in the vendor's documented examples.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/codec/decode.h"
#include "tests/codec/synthetic.h"

namespace tcgate {
namespace {

struct Row {
  const char* name;  // Of the test.
  const char* members;
  const char* decoded;  // As text of synthetic.Api.
  std::vector<std::string> losses = {};
};

class LeniencyTest : public testing::TestWithParam<Row> {};

TEST_P(LeniencyTest, NoMemberFailsAReply) {
  const Row& row = GetParam();
  Synthetic synthetic;
  Decoder decoder;
  std::string body = absl::StrCat(R"({"Response":{)", row.members, R"(}})");
  const Decoded decoded = decoder.DecodeReply(synthetic.Table("Api"), body);
  ASSERT_EQ(decoded.kind, Decoded::Kind::kReply) << body;
  EXPECT_EQ(synthetic.Text("Api", decoded.wire), row.decoded) << body;
  std::vector<std::string> losses;
  for (const Loss& loss : decoded.losses) losses.push_back(loss.member);
  EXPECT_EQ(losses, row.losses) << body;
}

std::string RowName(const testing::TestParamInfo<Row>& row) {
  return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    AsDeclared, LeniencyTest,
    testing::Values(
        Row{"Integer", R"("I":-7,"U":7)", "i: -7 u: 7"},
        Row{"Extremes", R"("I":-9223372036854775808,"U":18446744073709551615)",
            "i: -9223372036854775808 u: 18446744073709551615"},
        Row{"BeyondDouble", R"("I":-5602209514906915428)",
            "i: -5602209514906915428"},
        Row{"Double", R"("D":-1.5e2)", "d: -150"},
        Row{"IntegerForDouble", R"("D":3)", "d: 3"},
        Row{"Bool", R"("B":true,"Lb":[false,true])",
            "b: true lb: false lb: true"},
        Row{"String", R"("S":"a\"\u00e9\n","Ls":["","x"])",
            R"(s: "a\"\303\251\n" ls: "" ls: "x")"},
        Row{"BytesAreTheCharacters", R"("Y":"YWJj")", R"(y: "YWJj")"},
        Row{"Lists", R"("Li":[1,-1],"Lu":[2],"Ld":[0.5])",
            "li: 1 li: -1 lu: 2 ld: 0.5"},
        Row{"Objects", R"("O":{"Name":"x"},"Lo":[{},{"Count":2}])",
            R"(o { name: "x" } lo { } lo { count: 2 })"},
        Row{"WhiteSpace", " \"I\" : 1 ,\n\t\"S\" : \"x\" , \"Li\" : [ 1 , 2 ] ",
            R"(i: 1 s: "x" li: 1 li: 2)"},
        Row{"EmptyListIsAbsent", R"("Li":[],"Ls":[],"Lo":[])", ""}),
    RowName);

INSTANTIATE_TEST_SUITE_P(
    Absent, LeniencyTest,
    testing::Values(
        Row{"NullScalar",
            R"("I":null,"U":null,"D":null,"B":null,"S":null,"Y":null)", ""},
        Row{"NullObject", R"("O":null)", ""},
        Row{"NullList", R"("Li":null,"Ls":null,"Lo":null)", ""},
        Row{"EmptyStringForNumber", R"("I":"","U":"","D":"","B":"")", ""},
        Row{"EmptyStringForObject", R"("O":"")", ""},
        Row{"EmptyListForObject", R"("O":[ ])", ""},
        Row{"EmptyStringForList", R"("Li":"","Ls":"","Lo":"")", ""}),
    RowName);

INSTANTIATE_TEST_SUITE_P(
    NullInAList, LeniencyTest,
    testing::Values(
        Row{"Doubles", R"("Ld":[1,null,2])", "ld: 1 ld: nan ld: 2"},
        Row{"Integers", R"("Li":[1,null,2])", "li: 1 li: 0 li: 2"},
        Row{"Bools", R"("Lb":[true,null])", "lb: true lb: false"},
        Row{"Strings", R"("Ls":["a",null,"b"])", R"(ls: "a" ls: "" ls: "b")"},
        Row{"Objects", R"("Lo":[null,{"Count":1}])", "lo { } lo { count: 1 }"},
        Row{"EmptyStringAsNull", R"("Li":["",1],"Lo":[""])",
            "li: 0 li: 1 lo { }"}),
    RowName);

INSTANTIATE_TEST_SUITE_P(
    Converted, LeniencyTest,
    testing::Values(
        Row{"StringForInteger", R"("I":"-123","U":"18446744073709551615")",
            "i: -123 u: 18446744073709551615"},
        Row{"StringForDouble", R"("D":"5000.00")", "d: 5000"},
        Row{"WordForBool", R"("Lb":["true","True","false","False"])",
            "lb: true lb: true lb: false lb: false"},
        Row{"DigitForBool", R"("Lb":["0","1",0,1])",
            "lb: false lb: true lb: false lb: true"},
        Row{"WholeDecimalForInteger",
            R"("Li":[1.0,1e5,-12.50e1,0.0,-0,1E+2,100e-2])",
            "li: 1 li: 100000 li: -125 li: 0 li: 0 li: 100 li: 1"},
        Row{"WholeDecimalIsExact", R"("I":9007199254740993.0)",
            "i: 9007199254740993"},
        Row{"NegativeForUnsigned", R"("U":-1)", "u: 18446744073709551615"},
        Row{"TooLargeForSigned", R"("I":9223372036854776000)",
            "i: -9223372036854775616"},
        Row{"NumberForString", R"("S":1.50e3)", R"(s: "1.50e3")"},
        Row{"BoolForString", R"("Ls":[true,false,-0])",
            R"(ls: "true" ls: "false" ls: "-0")"},
        Row{"ObjectForString", R"("S": { "a" : [ 1 , "x y\n" ] , "b" : {} } )",
            R"(s: "{\"a\":[1,\"x y\\n\"],\"b\":{}}")"},
        Row{"ListForString", R"("S":[ 1, null ])", R"(s: "[1,null]")"},
        Row{"ObjectForStringInList", R"("Ls":[{"a": 1}])",
            R"(ls: "{\"a\":1}")"},
        Row{"ScalarForList", R"("Li":7,"Ls":"00","Ld":"1.5")",
            R"(li: 7 ld: 1.5 ls: "00")"},
        Row{"ObjectForList", R"("Lo":{"Name":"x"})", R"(lo { name: "x" })"}),
    RowName);

INSTANTIATE_TEST_SUITE_P(
    Lost, LeniencyTest,
    testing::Values(
        Row{"ListInList",
            R"("I":1,"Li":[[1,2],[3]],"U":2)",
            "i: 1 u: 2",
            {"Li"}},
        Row{"ListInListOfStrings", R"("Ls":["a",["b"]])", "", {"Ls"}},
        Row{"ListInListOfObjects", R"("Lo":[{"Count":1},[]])", "", {"Lo"}},
        Row{"OneBadElementLosesTheList", R"("Li":[1,"x",3])", "", {"Li"}},
        Row{"StringForObjectInList", R"("Lo":["Test"])", "", {"Lo"}},
        Row{"TextForNumber",
            R"("I":"2026-02-26 12:00:00","U":"n","D":"7.36x","B":"yes")",
            "",
            {"I", "U", "D", "B"}},
        Row{"PaddedText", R"("I":" 1","D":"1 ")", "", {"I", "D"}},
        Row{"ListForNumber", R"("I":[1],"D":[],"B":{})", "", {"I", "D", "B"}},
        Row{"BoolForNumber", R"("I":true,"D":false)", "", {"I", "D"}},
        Row{"NumberForBool", R"("B":2)", "", {"B"}},
        Row{"FractionForInteger", R"("I":1.5,"U":"1e-1")", "", {"I", "U"}},
        Row{"Over64Bits",
            R"("I":18446744073709551616,"U":1e20)",
            "",
            {"I", "U"}},
        Row{"Under64Bits", R"("I":-9223372036854775809)", "", {"I"}},
        Row{"OverDouble", R"("D":1e999)", "", {"D"}},
        Row{"NamesForDouble",
            R"("Ld":["NaN"],"D":"Infinity")",
            "",
            {"Ld", "D"}},
        Row{"ScalarForObject", R"("O":1)", "", {"O"}},
        Row{"ListForObject", R"("O":[{"Count":1}])", "", {"O"}},
        Row{"Within",
            R"("Lo":[{"Count":"x"},{"Count":1}],"O":{"Count":[]})",
            "o { } lo { } lo { count: 1 }",
            {"Lo.Count", "O.Count"}},
        Row{"Unknown",
            R"("What":{"x":[1,{"y":null}]},"O":{"More":1},"I":1)",
            "i: 1 o { }",
            {"?", "O.?"}},
        Row{"HalfASurrogate",
            R"("S":"a\ud83dz\udc00\ud83d\ude00")",
            R"(s: "a\357\277\275z\357\277\275\360\237\230\200")",
            {"S"}}),
    RowName);

INSTANTIATE_TEST_SUITE_P(
    Names, LeniencyTest,
    testing::Values(Row{"CaseIsForgiven", R"("i":1,"O":{"NAME":"x"})",
                        R"(i: 1 o { name: "x" })"},
                    Row{"Escaped", R"("\u0049":1,"O":{"N\u0061me":"x"})",
                        R"(i: 1 o { name: "x" })"},
                    Row{"TheExactNameIsMeant", R"("I":1,"i":2)", "i: 1", {"?"}},
                    Row{"OfTwoTheLastWins", R"("I":1,"I":2,"S":"a","S":"b")",
                        R"(i: 2 s: "b")"},
                    Row{"AnyOrder",
                        R"("RequestId":"r","Ls":["x"],"O":{"Count":1},"I":1)",
                        R"(i: 1 o { count: 1 } ls: "x" request_id: "r")"}),
    RowName);

}  // namespace
}  // namespace tcgate
