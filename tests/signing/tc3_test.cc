#include "service/signing/tc3.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"

namespace tcgate::tc3 {
namespace {

using testing::HasSubstr;

// What a signature depends on, as strings that a test may change.
struct Inputs {
  std::string method = "POST";
  std::string query = "a=1&b=2";
  std::string content_type = "application/json; charset=utf-8";
  std::string host = "product.example.com:8180";
  std::string payload = R"({"Name":"n","Bytes":")" + std::string("\0\xff", 2);
  std::string header_name = "x-tc-action";
  std::string header_value = "describethings";
  std::string service = "product";
  std::string secret_key = "a key of this test";
  std::string date = "2022-01-01";
  std::int64_t when = 1640995200;
};

Request MakeRequest(const Inputs& in) {
  Request request;
  request.method = in.method;
  request.query = in.query;
  request.content_type = in.content_type;
  request.host = in.host;
  request.payload = in.payload;
  request.more_headers = {{in.header_name, in.header_value}};
  return request;
}

Signer MakeSigner(const Inputs& in) {
  return Signer("id", in.date, in.service,
                DeriveKey(Secret(in.secret_key), in.date, in.service));
}

std::string Signature(const Inputs& in) {
  return MakeSigner(in).Sign(
      StringToSign(CanonicalRequest(MakeRequest(in)), in.service, in.when));
}

struct Part {
  const char* name;
  std::string Inputs::* text;
};

class FlippedByte : public testing::TestWithParam<Part> {};

TEST_P(FlippedByte, ChangesTheSignature) {
  std::set<std::string> seen = {Signature(Inputs())};
  const std::size_t size = (Inputs().*GetParam().text).size();
  for (std::size_t i = 0; i < size; ++i) {
    Inputs changed;
    char& byte = (changed.*GetParam().text)[i];
    // The lowest bit: another one would make a capital of a letter, which is
    // signed in lower case.
    byte = static_cast<char>(byte ^ 1);
    EXPECT_TRUE(seen.insert(Signature(changed)).second) << "at byte " << i;
  }
  EXPECT_EQ(seen.size(), size + 1);
}

INSTANTIATE_TEST_SUITE_P(
    EveryInput, FlippedByte,
    testing::Values(
        Part{"method", &Inputs::method}, Part{"query", &Inputs::query},
        Part{"content_type", &Inputs::content_type},
        Part{"host", &Inputs::host}, Part{"payload", &Inputs::payload},
        Part{"header_name", &Inputs::header_name},
        Part{"header_value", &Inputs::header_value},
        Part{"service", &Inputs::service},
        Part{"secret_key", &Inputs::secret_key}, Part{"date", &Inputs::date}),
    [](const testing::TestParamInfo<Part>& part) { return part.param.name; });

TEST(Tc3, AnotherSecondChangesTheSignature) {
  std::set<std::string> seen;
  Inputs in;
  for (int i = 0; i < 1000; ++i, ++in.when) seen.insert(Signature(in));
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(Tc3, TheDayChangesAtMidnightUtc) {
  EXPECT_EQ(Date(0), "1970-01-01");
  EXPECT_EQ(Date(1640995199), "2021-12-31");
  EXPECT_EQ(Date(1640995200), "2022-01-01");
  EXPECT_EQ(Date(1709164799), "2024-02-28");
  EXPECT_EQ(Date(1709164800), "2024-02-29");
  EXPECT_EQ(Date(1709251200), "2024-03-01");
  EXPECT_EQ(Date(4102444800), "2100-01-01");
}

TEST(Tc3, TheScopeIsThatOfTheDayOfTheTimestamp) {
  EXPECT_THAT(StringToSign("r", "product", 1640995199),
              HasSubstr("\n1640995199\n2021-12-31/product/tc3_request\n"));
  EXPECT_THAT(StringToSign("r", "product", 1640995200),
              HasSubstr("\n1640995200\n2022-01-01/product/tc3_request\n"));
}

TEST(Tc3, HeadersAreSignedInLowerCaseWithoutSurroundingBlanks) {
  Inputs in;
  in.content_type = " Application/JSON\t";
  in.host = "Product.Example.com ";
  in.header_name = "A-First";
  in.header_value = "  Two  Words ";
  EXPECT_THAT(CanonicalRequest(MakeRequest(in)),
              HasSubstr("\na-first:two  words\n"
                        "content-type:application/json\n"
                        "host:product.example.com\n"
                        "\n"
                        "a-first;content-type;host\n"));
}

TEST(Tc3, TheUnsignedPayloadIsHashedAsItsText) {
  Request request;
  request.payload = kUnsignedPayload;
  EXPECT_TRUE(absl::EndsWith(
      CanonicalRequest(request),
      // printf UNSIGNED-PAYLOAD | sha256sum
      "438d4109ef0d676b8c2c7ed13cdfcb418e494d53b843d4634ce3b1085f07bb96"));
}

TEST(Signer, ManySignaturesByOneSignerEqualThoseOfFreshOnes) {
  Inputs in;
  const Secret key = DeriveKey(Secret(in.secret_key), in.date, in.service);
  Signer kept("id", in.date, in.service, key);
  for (int i = 0; i < 100'000; ++i, in.when = 1640995200 + i % 86400) {
    // Sizes from empty past two blocks of the hash, so that something left
    // over from the one before would show.
    in.payload.assign(static_cast<std::size_t>(i * 7 % 150), 'p');
    const Request request = MakeRequest(in);
    Signer fresh("id", in.date, in.service, key);
    ASSERT_EQ(kept.Authorization(request, in.when),
              fresh.Authorization(request, in.when))
        << i;
  }
}

TEST(Signer, AMovedSignerGoesOnSigning) {
  const Inputs in;
  const Request request = MakeRequest(in);
  Signer first = MakeSigner(in);
  const std::string expected = first.Authorization(request, in.when);

  Signer second = std::move(first);
  EXPECT_EQ(second.Authorization(request, in.when), expected);
  EXPECT_EQ(second.date(), in.date);

  Inputs other;
  other.secret_key = "another key";
  Signer third = MakeSigner(other);
  third = std::move(second);
  EXPECT_EQ(third.Authorization(request, in.when), expected);
}

TEST(DerivedKey, HasAFixedSizeAndFitsOneDayAndOneServiceOnly) {
  const Secret secret_key("a key of this test");
  const Secret key = DeriveKey(secret_key, "2022-01-01", "product");
  EXPECT_EQ(key.Reveal().size(), 32u);
  EXPECT_NE(DeriveKey(secret_key, "2022-01-02", "product").Reveal(),
            key.Reveal());
  EXPECT_NE(DeriveKey(secret_key, "2022-01-01", "product2").Reveal(),
            key.Reveal());
}

}  // namespace
}  // namespace tcgate::tc3
