// Four calls through tcgate: a list, a write, a failing call with its details,
// and a stream. TCGATE_ADDRESS is where the gateway listens.

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "tcgate/client/call_options.h"
#include "tcgate/client/channel.h"
#include "tcgate/client/error_details.h"
#include "tencentcloudapi/trro/v20220325/trro.grpc.pb.h"
#include "tencentcloudapi/trtc/v20190722/trtc.grpc.pb.h"

namespace {

namespace trro = tencentcloudapi::trro::v20220325;
namespace trtc = tencentcloudapi::trtc::v20190722;

// A call that did not go as it should ends the example.
void Require(const grpc::Status& status) {
  if (status.ok()) return;
  std::cerr << status.error_code() << ": " << status.error_message() << "\n";
  std::exit(1);
}

// The context of one call, with a deadline. Its region, the language of its
// messages and more would be set here.
std::unique_ptr<grpc::ClientContext> NewContext() {
  auto context = std::make_unique<grpc::ClientContext>();
  tcgate::client::CallOptions options;
  options.timeout = std::chrono::seconds(60);
  const absl::Status status = tcgate::client::Apply(options, *context);
  if (!status.ok()) std::abort();  // Only for options that make no sense.
  return context;
}

void List(trro::TrroService::Stub& stub) {
  trro::DescribeProjectListRequest request;
  request.set_page_number(1);
  request.set_page_size(10);
  trro::DescribeProjectListResponse reply;
  const auto context = NewContext();
  Require(stub.DescribeProjectList(context.get(), request, &reply));
  std::cout << "list: DescribeProjectList: " << reply.projects_size() << " of "
            << reply.total() << " projects, request id " << reply.request_id()
            << "\n";
}

void Write(trro::TrroService::Stub& stub) {
  trro::CreateProjectRequest request;
  request.set_project_name("made by C++");
  trro::CreateProjectResponse reply;
  const auto context = NewContext();
  Require(stub.CreateProject(context.get(), request, &reply));
  std::cout << "write: CreateProject: project " << reply.project_id()
            << ", request id " << reply.request_id() << "\n";
}

void Fail(trro::TrroService::Stub& stub) {
  const trro::GetDevicesRequest request;  // Lacks PageNum and PageSize.
  trro::GetDevicesResponse reply;
  const auto context = NewContext();
  const grpc::Status status = stub.GetDevices(context.get(), request, &reply);
  if (status.error_code() != grpc::StatusCode::INVALID_ARGUMENT) {
    std::cerr << "a request without its parameters ended otherwise\n";
    std::exit(1);
  }
  const auto details = tcgate::client::ReadErrorDetails(status);
  std::cout << "failure: GetDevices: INVALID_ARGUMENT, " << details.domain
            << " says " << details.reason << " of ";
  for (const auto& violation : details.violations) {
    std::cout << violation.field << ", ";
  }
  std::cout << "request id " << details.request_id << "\n";
}

void Stream(trtc::TrtcService::Stub& stub) {
  trtc::TextToSpeechSSERequest request;
  request.set_text("Hello from C++.");
  request.mutable_voice()->set_voice_id("v-female-R2s4N9qJ");
  request.set_sdk_app_id(14600000000);  // Does not fit 32 bits.
  const auto context = NewContext();
  const auto reader = stub.TextToSpeechSSE(context.get(), request);
  int count = 0;
  std::size_t audio = 0;
  bool ended = false;
  for (trtc::TextToSpeechSSEResponse event; reader->Read(&event);) {
    ++count;
    audio += event.audio().size();
    ended = event.is_end();
  }
  Require(reader->Finish());
  std::cout << "stream: TextToSpeechSSE: " << count << " events, " << audio
            << " characters of audio, " << (ended ? "whole" : "cut") << "\n";
}

}  // namespace

int main() {
  const char* address = std::getenv("TCGATE_ADDRESS");
  tcgate::client::ChannelOptions options;
  options.services = {trro::TrroService::service_full_name(),
                      trtc::TrtcService::service_full_name()};
  const auto channel = tcgate::client::Connect(
      address != nullptr ? address : "127.0.0.1:50051", options);
  if (!channel.ok()) {
    std::cerr << channel.status().message() << "\n";
    return 1;
  }
  const auto trro_stub = trro::TrroService::NewStub(*channel);
  List(*trro_stub);
  Write(*trro_stub);
  Fail(*trro_stub);
  Stream(*trtc::TrtcService::NewStub(*channel));
}
