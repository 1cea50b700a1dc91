#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_replace.h"
#include "grpc/health/v1/health.pb.h"
#include "tests/catalog/compile.h"
#include "tests/catalog/demo.h"
#include "tests/rpc/client.h"
#include "tests/rpc/edge_fixture.h"

namespace tcgate {
namespace {

namespace pb = grpc::health::v1;
using grpc::StatusCode;

std::string Request(const std::string& service) {
  pb::HealthCheckRequest request;
  request.set_service(service);
  return request.SerializeAsString();
}

pb::HealthCheckResponse::ServingStatus StatusIn(const std::string& message) {
  pb::HealthCheckResponse response;
  EXPECT_TRUE(response.ParseFromString(message));
  return response.status();
}

class HealthTest : public EdgeFixture {
 protected:
  static constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
  static constexpr char kWatch[] = "/grpc.health.v1.Health/Watch";

  Client client_{address()};
};

TEST_F(HealthTest, TheServerAndEachServiceServe) {
  for (const char* service :
       {"", "demo.v1.DemoService", "spare.v1.DemoService"}) {
    const ClientAnswer answer = client_.Call(kCheck, Request(service));
    ASSERT_TRUE(answer.status.ok()) << service;
    EXPECT_EQ(StatusIn(answer.messages.at(0)),
              pb::HealthCheckResponse::SERVING);
  }
}

TEST_F(HealthTest, AnUnknownServiceIsNotFound) {
  EXPECT_EQ(client_.Call(kCheck, Request("nobody")).status.error_code(),
            StatusCode::NOT_FOUND);
}

TEST_F(HealthTest, AWatchOfAnUnknownServiceStaysOpen) {
  OpenStream watch(client_, kWatch);
  ASSERT_TRUE(watch.Write(Request("nobody")));
  EXPECT_EQ(StatusIn(watch.Read().value_or("")),
            pb::HealthCheckResponse::SERVICE_UNKNOWN);
}

TEST_F(HealthTest, WhatIsNoRequestIsRefused) {
  EXPECT_EQ(client_.Call(kCheck, "\xFF").status.error_code(),
            StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(client_.Stream(kWatch, {"\xFF"}).status.error_code(),
            StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(client_.Stream(kCheck, {}).status.error_code(),
            StatusCode::INVALID_ARGUMENT);
}

TEST_F(HealthTest, AnActionWithItsNameStopsTheStart) {
  const std::string source = absl::StrReplaceAll(
      Demo(Act("effect: EFFECT_READ"), kDemoProduct, "grpc.health.v1"),
      {{"DemoService", "Health"}, {"rpc Act", "rpc Check"}});
  const auto catalog = Catalog::Build({Compile("same.proto", source)});
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  const auto edge =
      Edge::Start(Defaults(), **catalog, *gateway_, *metrics_, *access_log_);
  EXPECT_EQ(edge.status().code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(edge.status().message()),
              testing::HasSubstr("cannot serve 127.0.0.1:"));
}

}  // namespace
}  // namespace tcgate
