#include "tcgate/client/service_config.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "grpc/health/v1/health.pb.h"
#include "tcgate/options/v1/options.pb.h"
#include "tencentcloudapi/trro/v20220325/trro.pb.h"

namespace tcgate::client {
namespace {

namespace options = ::tcgate::options::v1;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const google::protobuf::ServiceDescriptor& Trro() {
  // A message keeps the generated code in this program.
  return *tencentcloudapi::trro::v20220325::Device::descriptor()
              ->file()
              ->service(0);
}

TEST(ServiceConfigTest, RepeatsWhatTheContractAllowsAndNothingElse) {
  std::set<std::string> expected;
  for (int i = 0; i < Trro().method_count(); ++i) {
    const auto effect =
        Trro().method(i)->options().GetExtension(options::action).effect();
    if (effect == options::EFFECT_READ ||
        effect == options::EFFECT_IDEMPOTENT) {
      expected.insert(Trro().method(i)->name());
    }
  }
  ASSERT_THAT(expected, Not(IsEmpty()));
  ASSERT_EQ(expected.count("CreateProject"), 0u);

  const auto made = ServiceConfig({Trro().full_name()});
  ASSERT_TRUE(made.ok()) << made.status();
  const json config = json::parse(*made);
  std::set<std::string> repeated;
  ASSERT_EQ(config["methodConfig"].size(), 1u);
  for (const json& name : config["methodConfig"][0]["name"]) {
    EXPECT_EQ(name["service"], Trro().full_name());
    // Without a method a name would stand for the whole service.
    repeated.insert(name.at("method").get<std::string>());
  }
  EXPECT_EQ(repeated, expected);
  EXPECT_EQ(config["methodConfig"][0]["retryPolicy"]["retryableStatusCodes"],
            json::array({"UNAVAILABLE"}));
}

TEST(ServiceConfigTest, RepeatsNothingWithoutTheOption) {
  const auto& health =
      *grpc::health::v1::HealthCheckRequest::descriptor()->file()->service(0);
  for (const std::vector<std::string>& services :
       {std::vector<std::string>{}, {health.full_name()}}) {
    const auto made = ServiceConfig(services);
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_THAT(*made, Not(HasSubstr("retryPolicy")));
    EXPECT_TRUE(json::accept(*made));
  }
}

TEST(ServiceConfigTest, NamesAServiceThatIsNotLinkedIn) {
  const auto made = ServiceConfig({Trro().full_name(), "acme.Anvils"});
  EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(made.status().message()), HasSubstr("acme.Anvils"));
}

}  // namespace
}  // namespace tcgate::client
