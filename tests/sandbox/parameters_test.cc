#include "service/sandbox/parameters.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/catalog/action.h"
#include "tests/sandbox/signed_request.h"

namespace tcgate {
namespace {

using nlohmann::json;

// Reads the parameters of an action from a body or, if `get`, from a query.
// Returns them, or the text of the refusal.
json Read(const char* label, const std::string& text, bool get = false) {
  HttpServer::Request request;
  request.method = get ? "GET" : "POST";
  request.target = get ? "/?" + text : "/";
  request.body = get ? "" : text;
  json parameters;
  const std::optional<VendorError> error = ReadParameters(
      request, *ShippedCatalog().FindLabel(label)->request, parameters);
  if (error.has_value()) return error->code + ": " + error->message;
  return parameters;
}

std::string Unknown(const std::string& name) {
  return "UnknownParameter: The parameter `" + name + "` is not recognized.";
}
std::string WrongTypeOf(const std::string& name) {
  return "InvalidParameter: The value type of parameter `" + name +
         "` is not valid.";
}
std::string Missing(const std::string& name) {
  return "MissingParameter: The request is missing a required parameter `" +
         name + "`.";
}

TEST(ParametersTest, TypesAreThoseOfTheCatalogue) {
  const auto page = [](const std::string& number) {
    return Read("trro.GetDevices",
                "{\"PageNum\":" + number + ",\"PageSize\":1}");
  };
  for (const char* good :
       {"1", "-1", "0", "9223372036854775807", "-9223372036854775808"}) {
    EXPECT_EQ(page(good)["PageNum"], json::parse(good)) << good;
  }
  EXPECT_EQ(page("\"12\"")["PageNum"], 12) << "documented examples send it";
  for (const char* bad :
       {"1.0", "1e3", "true", "\"\"", "\"x\"", "\"1.0\"", "[1]", "{}",
        "9223372036854775808", "18446744073709551616"}) {
    EXPECT_EQ(page(bad), WrongTypeOf("PageNum")) << bad;
  }
  EXPECT_EQ(page("null"), Missing("PageNum"));
}

TEST(ParametersTest, AnUnsignedNumberIsNotNegative) {
  const auto read = [](const std::string& end) {
    return Read("trro.DescribeSessionStatistics",
                "{\"ProjectId\":\"p\",\"EndTime\":" + end + "}");
  };
  EXPECT_EQ(read("18446744073709551615")["EndTime"], 18446744073709551615U);
  EXPECT_EQ(read("\"1670000000\"")["EndTime"], 1670000000);
  EXPECT_EQ(read("-1"), WrongTypeOf("EndTime"));
  EXPECT_EQ(read("\"-1\""), WrongTypeOf("EndTime"));
}

TEST(ParametersTest, ATextIsNoNumber) {
  EXPECT_EQ(Read("trro.DescribeProjectInfo", R"({"ProjectId":1})"),
            WrongTypeOf("ProjectId"));
}

TEST(ParametersTest, APathNamesWhatIsNested) {
  const std::string storage =
      R"({"ProjectId":"p","DeviceId":"d","VideoStreamId":0,"CloudStorage":)";
  const auto read = [&](const std::string& value) {
    return Read("trro.CreateCloudRecording", storage + value + "}");
  };
  EXPECT_EQ(read(R"({"Vendor":0,"Region":"r","Bucket":"b","AccessKey":"a"})"),
            Missing("CloudStorage.SecretKey"));
  EXPECT_EQ(read(R"({"Vendor":"zero"})"), WrongTypeOf("CloudStorage.Vendor"));
  EXPECT_EQ(read(R"({"vendor":0})"), Unknown("CloudStorage.vendor"));
  EXPECT_EQ(read(R"({"FileNamePrefix":["a",1]})"),
            WrongTypeOf("CloudStorage.FileNamePrefix.1"));
  EXPECT_EQ(read("[]"), WrongTypeOf("CloudStorage"));
}

TEST(ParametersTest, AListIsWantedWhereOneIsDocumented) {
  EXPECT_EQ(
      Read("trro.BatchDeleteDevices", R"({"ProjectId":"p","DeviceIds":"a"})"),
      WrongTypeOf("DeviceIds"));
  EXPECT_EQ(Read("trro.BatchDeleteDevices",
                 R"({"ProjectId":"p","DeviceIds":[]})")["DeviceIds"],
            json::array());
}

TEST(ParametersTest, DepthWithoutEndIsRefused) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  EXPECT_EQ(Read("trro.GetDevices", deep),
            "InvalidParameter: The parameters are not a JSON object.");
  deep += "1" + std::string(100'000, '}');
  EXPECT_EQ(Read("trro.GetDevices", deep), Unknown("a"));
}

TEST(ParametersTest, AGetIsFlat) {
  EXPECT_EQ(
      Read("trro.GetDevices", "PageNum=1&PageSize=2&ProjectId=a+b%2Bc%20d",
           /*get=*/true),
      json::parse(R"({"PageNum":1,"PageSize":2,"ProjectId":"a b+c d"})"));
  std::string query = "ProjectId=p";
  for (int i = 11; i >= 0; --i)
    absl::StrAppend(&query, "&DeviceIds.", i, "=d", i);
  const json ids = Read("trro.BatchDeleteDevices", query, true)["DeviceIds"];
  ASSERT_EQ(ids.size(), 12U);
  EXPECT_EQ(ids[2], "d2");
  EXPECT_EQ(ids[11], "d11");
}

TEST(ParametersTest, AGetNestsToAnyDepth) {
  EXPECT_EQ(
      Read("trro.StartPublishLiveStream",
           "WithTranscoding=1&MaxIdleTime=2&VideoParams.Width=1&VideoParams."
           "Height=2&VideoParams.Fps=3&VideoParams.BitRate=4&VideoParams.Gop=5&"
           "VideoParams.VideoList.0.ProjectId=p&VideoParams.VideoList.0."
           "DeviceId=d&VideoParams.VideoList.0.VideoStreamId=0&VideoParams."
           "VideoList.0.Width=7&VideoParams.VideoList.0.Height=8&PublishParams."
           "0.PublishUrl=rtmp%3A%2F%2Fx%3Fa%3Db%26c&PublishParams.0."
           "IsTencentUrl=1",
           true),
      json::parse(R"({"WithTranscoding":1,"MaxIdleTime":2,
        "VideoParams":{"Width":1,"Height":2,"Fps":3,"BitRate":4,"Gop":5,
          "VideoList":[{"ProjectId":"p","DeviceId":"d","VideoStreamId":0,
                        "Width":7,"Height":8}]},
        "PublishParams":[{"PublishUrl":"rtmp://x?a=b&c","IsTencentUrl":1}]})"));
}

TEST(ParametersTest, AGetThatContradictsItselfIsRefused) {
  EXPECT_EQ(Read("trro.BatchDeleteDevices", "ProjectId=p&DeviceIds=a", true),
            WrongTypeOf("DeviceIds"));
  EXPECT_EQ(
      Read("trro.BatchDeleteDevices", "ProjectId.0=p&DeviceIds.0=a", true),
      WrongTypeOf("ProjectId"));
  EXPECT_EQ(Read("trro.BatchDeleteDevices", "ProjectId=p&DeviceIds.x=a", true),
            WrongTypeOf("DeviceIds"));
  EXPECT_EQ(Read("trro.GetLicenseStat", "Action=GetLicenseStat", true),
            Unknown("Action"));
  const std::string dots(1000, '.');
  EXPECT_EQ(Read("trro.GetLicenseStat", dots + "=1", true), Unknown(dots));
}

}  // namespace
}  // namespace tcgate
