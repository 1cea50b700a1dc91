// The client library against the program itself, with its sandbox behind: that
// both mean the same by every address, key and detail. with_gateway.py says
// where it listens.

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <cstdlib>
#include <future>
#include <memory>
#include <string>

#include "tcgate/client/call_options.h"
#include "tcgate/client/channel.h"
#include "tcgate/client/error_details.h"
#include "tcgate/client/explanation.h"
#include "tencentcloudapi/trro/v20220325/trro.pb.h"

namespace tcgate::client {
namespace {

namespace trro = ::tencentcloudapi::trro::v20220325;

constexpr char kService[] = "tencentcloudapi.trro.v20220325.TrroService";

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

class GatewayTest : public testing::Test {
 protected:
  GatewayTest() {
    ChannelOptions options;
    options.services = {kService};
    const std::string files = Environment("TCGATE_TLS");
    if (!files.empty()) {
      options.tls =
          Tls{files + "/ca.crt", files + "/tls.crt", files + "/tls.key", ""};
    }
    auto channel = Connect(Environment("TCGATE_ADDRESS"), options);
    EXPECT_TRUE(channel.ok()) << channel.status();
    channel_ = *std::move(channel);
  }

  template <typename Request, typename Reply>
  grpc::Status Call(const std::string& method, const Request& request,
                    Reply& reply) {
    EXPECT_TRUE(Apply(options_, context_).ok());
    grpc::TemplatedGenericStub<Request, Reply> stub(channel_);
    std::promise<grpc::Status> ended;
    stub.UnaryCall(&context_, std::string("/") + kService + "/" + method, {},
                   &request, &reply, [&ended](grpc::Status status) {
                     ended.set_value(std::move(status));
                   });
    return ended.get_future().get();
  }

  grpc::Status GetDevices() {
    trro::GetDevicesRequest request;
    request.set_page_num(1);
    request.set_page_size(2);
    return Call("GetDevices", request, devices_);
  }

  CallOptions options_;
  grpc::ClientContext context_;
  trro::GetDevicesResponse devices_;

 private:
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(GatewayTest, TakesEveryOptionAndExplainsItself) {
  options_.region = "ap-guangzhou";
  options_.language = "zh-CN";
  options_.traceparent =
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const grpc::Status status = GetDevices();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(devices_.devices_size(), 2);
  const Explanation found = ReadExplanation(context_);
  EXPECT_NE(found.cache, "");
  EXPECT_EQ(found.attempts, 1);
  EXPECT_EQ(found.account, "default");
  EXPECT_EQ(found.region, "ap-guangzhou");
  EXPECT_EQ(found.request_id, devices_.request_id());
}

TEST_F(GatewayTest, TakesTheEmptyListsThatTheRequestHas) {
  options_.empty_lists = {"DeviceIds"};
  trro::BatchDeleteDevicesRequest request;
  request.set_project_id("none");
  trro::BatchDeleteDevicesResponse reply;
  const grpc::Status status = Call("BatchDeleteDevices", request, reply);
  // Whatever the sandbox says of an empty list: it was asked.
  EXPECT_NE(ReadErrorDetails(status).domain, kGateway)
      << status.error_message();
}

TEST_F(GatewayTest, NamesTheListsThatTheRequestHasNot) {
  options_.empty_lists = {"Nothing"};
  const ErrorDetails details = ReadErrorDetails(GetDevices());
  EXPECT_EQ(details.domain, kGateway);
  EXPECT_EQ(details.reason, "INVALID_REQUEST");
}

TEST_F(GatewayTest, PassesOnWhatTheVendorSays) {
  const trro::GetDevicesRequest request;
  const grpc::Status status = Call("GetDevices", request, devices_);
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  const ErrorDetails details = ReadErrorDetails(status);
  EXPECT_EQ(details.domain, kVendor);
  EXPECT_EQ(details.reason, "MissingParameter");
  ASSERT_EQ(details.violations.size(), 1u);
  EXPECT_EQ(details.violations[0].field, "PageNum");
  EXPECT_EQ(details.request_id, ReadExplanation(context_).request_id);
  EXPECT_NE(details.request_id, "");
  EXPECT_FALSE(WriteMayHaveRun(status));
}

TEST_F(GatewayTest, SaysItselfWhatItRefuses) {
  options_.region = "Mars";
  const grpc::Status status = GetDevices();
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  const ErrorDetails details = ReadErrorDetails(status);
  EXPECT_EQ(details.domain, kGateway);
  EXPECT_EQ(details.reason, "INVALID_REQUEST");
  ASSERT_EQ(details.violations.size(), 1u);
  EXPECT_EQ(details.violations[0].field, "tcgate-region");
  EXPECT_FALSE(WriteMayHaveRun(status));
}

}  // namespace
}  // namespace tcgate::client
