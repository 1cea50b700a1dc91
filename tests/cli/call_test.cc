#include "client/cli/call.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "tcgate/wire/v1/status.pb.h"
#include "tests/cli/acme.h"

namespace tcgate {
namespace {

namespace pb = ::tcgate::wire::v1;
using testing::HasSubstr;

// A server that answers each call with the same bytes or status, and keeps
// what it was sent.
class OneAnswer final : public grpc::CallbackGenericService {
 public:
  std::string reply;
  int replies = 1;  // Before the status: of a stream more, or none.
  grpc::Status status;
  std::string path;
  std::string request;
  std::multimap<std::string, std::string> metadata;

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Reactor(*this, *context);
  }

 private:
  class Reactor final : public grpc::ServerGenericBidiReactor {
   public:
    Reactor(OneAnswer& service, grpc::GenericCallbackServerContext& context)
        : service_(service) {
      service.path = context.method();
      for (const auto& [key, value] : context.client_metadata()) {
        service.metadata.emplace(std::string(key.data(), key.size()),
                                 std::string(value.data(), value.size()));
      }
      context.AddTrailingMetadata("tcgate-cache", "off");
      context.AddTrailingMetadata("tc-request-id", "r-1");
      context.AddTrailingMetadata("other", "not shown");
      StartRead(&request_);
    }

    void OnReadDone(bool) override {
      grpc::Slice slice;
      EXPECT_TRUE(request_.DumpToSingleSlice(&slice).ok());
      service_.request.assign(reinterpret_cast<const char*>(slice.begin()),
                              slice.size());
      left_ = service_.replies;
      OnWriteDone(true);
    }

    void OnWriteDone(bool) override {
      if (left_-- == 0) return Finish(service_.status);
      const grpc::Slice bytes(service_.reply);
      reply_ = grpc::ByteBuffer(&bytes, 1);
      StartWrite(&reply_);
    }

    void OnDone() override { delete this; }

   private:
    OneAnswer& service_;
    int left_ = 0;
    grpc::ByteBuffer request_;
    grpc::ByteBuffer reply_;
  };
};

class CallTest : public testing::Test {
 protected:
  CallTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterCallbackGenericService(&service_);
    server_ = builder.BuildAndStart();
    request_.to = absl::StrCat("127.0.0.1:", port);
    request_.action = "acme.GetAnvils";
  }
  ~CallTest() override { server_->Shutdown(); }

  int Run() {
    std::istringstream in(input_);
    return RunCall(request_, AcmeCatalog(), in, out_, err_);
  }

  OneAnswer service_;
  std::unique_ptr<grpc::Server> server_;
  CallRequest request_;
  std::string input_;
  std::ostringstream out_, err_;
};

TEST_F(CallTest, EachEventOfAStreamIsALine) {
  request_.action = "acme.Ring";
  service_.reply = "\x08\x07";
  service_.replies = 3;
  EXPECT_EQ(Run(), 0) << err_.str();
  EXPECT_EQ(out_.str(), "{\"Total\":7}\n{\"Total\":7}\n{\"Total\":7}\n");
}

TEST_F(CallTest, AStreamMayEndWithAnErrorBehindItsEvents) {
  request_.action = "acme.Ring";
  service_.reply = "\x08\x07";
  service_.status = {grpc::StatusCode::RESOURCE_EXHAUSTED, "too many"};
  EXPECT_EQ(Run(), kExitCode + grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(out_.str(), "{\"Total\":7}\n");
  EXPECT_THAT(err_.str(), HasSubstr("too many"));
}

TEST_F(CallTest, AnEventThatDoesNotFitEndsTheCall) {
  request_.action = "acme.Ring";
  service_.reply = "\x7f";
  service_.replies = 3;
  EXPECT_EQ(Run(), kExitCode + grpc::StatusCode::INTERNAL);
  EXPECT_EQ(out_.str(), "");
  EXPECT_THAT(err_.str(), HasSubstr("does not fit"));
}

TEST_F(CallTest, SendsTheRequestAndPrintsTheReplyExactly) {
  request_.body = R"({"PageNum":7,"Filters":[{"Name":"a"}]})";
  request_.metadata = {"tcgate-region:ap-one", "tcgate-empty-list: Filters"};
  // Total 2^64-1, Least -2^63, Weight 0.1, Names ["x"].
  service_.reply =
      "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
      "\x10\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"
      "\x19\x9a\x99\x99\x99\x99\x99\xb9\x3f"
      "\x22\x01x";
  EXPECT_EQ(Run(), 0) << err_.str();
  EXPECT_EQ(out_.str(),
            "{\n"
            "  \"Total\": 18446744073709551615,\n"
            "  \"Least\": -9223372036854775808,\n"
            "  \"Weight\": 0.1,\n"
            "  \"Names\": [\n"
            "    \"x\"\n"
            "  ]\n"
            "}\n");
  EXPECT_EQ(err_.str(), "");
  EXPECT_EQ(service_.path, "/tests.acme.v20240506.AcmeService/GetAnvils");
  EXPECT_EQ(service_.request,
            "\x08\x07\x12\x03\x0a\x01"
            "a");
  EXPECT_THAT(
      service_.metadata,
      testing::IsSupersetOf({testing::Pair("tcgate-region", "ap-one"),
                             testing::Pair("tcgate-empty-list", "Filters")}));
}

TEST_F(CallTest, AnActionMayBeNamedByItsPath) {
  for (const char* path : {"/tests.road.v20200101.RoadService/Run",
                           "tests.road.v20200101.RoadService/Run"}) {
    request_.action = path;
    EXPECT_EQ(Run(), 0) << err_.str();
    EXPECT_EQ(service_.path, "/tests.road.v20200101.RoadService/Run");
  }
}

TEST_F(CallTest, ADashReadsTheRequestFromInput) {
  request_.body = "-";
  input_ = "{\n \"PageNum\": 7\n}\n";
  EXPECT_EQ(Run(), 0) << err_.str();
  EXPECT_EQ(service_.request, "\x08\x07");
}

TEST_F(CallTest, ExplainShowsWhatTheGatewaySaysBesideTheReply) {
  request_.explain = true;
  EXPECT_EQ(Run(), 0);
  EXPECT_EQ(out_.str(), "{}\n");
  EXPECT_THAT(err_.str(), HasSubstr("tcgate-cache: off\n"));
  EXPECT_THAT(err_.str(), HasSubstr("tc-request-id: r-1\n"));
  EXPECT_THAT(err_.str(), testing::Not(HasSubstr("not shown")));
}

template <typename Message>
void AddDetail(const char* name, const Message& message, pb::Status& status) {
  google::protobuf::Any& detail = *status.add_details();
  detail.set_type_url(absl::StrCat("type.googleapis.com/google.rpc.", name));
  detail.set_value(message.SerializeAsString());
}

TEST_F(CallTest, AFailureSaysWhoDecidedAndWhy) {
  pb::Status details;
  pb::ErrorInfo info;
  info.set_reason("InvalidParameter.PageNum");
  info.set_domain("tencentcloudapi.com");
  (*info.mutable_metadata())["b"] = "2";
  (*info.mutable_metadata())["a"] = "1\x1b[2J";
  AddDetail("ErrorInfo", info, details);
  pb::RequestInfo vendor;
  vendor.set_request_id("r-1");
  AddDetail("RequestInfo", vendor, details);
  pb::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(500'000'000);
  AddDetail("RetryInfo", retry, details);
  pb::BadRequest bad;
  auto& violation = *bad.add_field_violations();
  violation.set_field("PageNum");
  violation.set_description("must be positive");
  AddDetail("BadRequest", bad, details);
  AddDetail("Unknown", bad, details);
  service_.status =
      grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no such page\n\x1b[2J",
                   details.SerializeAsString());
  EXPECT_EQ(Run(), kExitCode + grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(err_.str(),
            "INVALID_ARGUMENT: no such page??[2J\n"
            "  reason: InvalidParameter.PageNum\n"
            "  decided by: tencentcloudapi.com\n"
            "  a: 1?[2J\n"
            "  b: 2\n"
            "  request id: r-1\n"
            "  retry after: 500ms\n"
            "  field PageNum: must be positive\n");
  EXPECT_EQ(out_.str(), "");
}

TEST_F(CallTest, DetailsThatCannotBeReadDoNotHideTheCode) {
  service_.status =
      grpc::Status(grpc::StatusCode::ABORTED, "later", "\xff\xff garbage");
  EXPECT_EQ(Run(), kExitCode + grpc::StatusCode::ABORTED);
  EXPECT_EQ(err_.str(), "ABORTED: later\n");
}

TEST_F(CallTest, AReplyThatIsNoMessageIsAnInternalError) {
  service_.reply = "\xff";
  EXPECT_EQ(Run(), kExitCode + grpc::StatusCode::INTERNAL);
  EXPECT_THAT(err_.str(),
              HasSubstr("tcgate call: the reply does not fit the catalogue"));
}

TEST_F(CallTest, AGatewayThatIsNotThereIsUnavailable) {
  server_->Shutdown();
  EXPECT_EQ(Run(), kExitCode + grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(err_.str(), HasSubstr("UNAVAILABLE: "));
}

struct Misuse {
  const char* action;
  const char* body;
  const char* metadata;
  const char* message;
};

class CallRefusals : public CallTest,
                     public testing::WithParamInterface<Misuse> {};

TEST_P(CallRefusals, AreOneLineAndNothingIsSent) {
  request_.action = GetParam().action;
  request_.body = GetParam().body;
  request_.metadata = {GetParam().metadata};
  EXPECT_EQ(Run(), kExitUsage);
  EXPECT_EQ(err_.str(),
            absl::StrCat("tcgate call: ", GetParam().message, "\n"));
  EXPECT_EQ(service_.path, "");
}

INSTANTIATE_TEST_SUITE_P(
    All, CallRefusals,
    testing::Values(
        Misuse{"acme.GetAnvil", "{}", "a:b",
               "the catalogue has no action acme.GetAnvil; did you mean "
               "acme.GetAnvils? (see tcgate list)"},
        Misuse{"/a.B/C", "{}", "a:b",
               "the catalogue has no action /a.B/C (see tcgate list)"},
        Misuse{"acme.Melt", R"({"PageNum":"many"})", "a:b",
               "PageNum cannot hold its value"},
        Misuse{"acme.Melt", R"({"PageNmu":1})", "a:b",
               "there is no member PageNmu; did you mean PageNum?"},
        Misuse{"acme.Melt",
               R"({"PageNum":true,"Filters":[{},{"Value":1}],"X":{}})", "a:b",
               "PageNum cannot hold its value, there is no member "
               "Filters.Value, there is no member X"},
        Misuse{"acme.Melt", "{}", "ab",
               "\"ab\" is not of the form key:value"}));

TEST_F(CallTest, WhatIsNoJsonObjectIsRefused) {
  for (const char* body : {"", "[]", "7", "{", "{\"PageNum\":}", "nonsense"}) {
    request_.body = body;
    EXPECT_EQ(Run(), kExitUsage) << body;
  }
  EXPECT_THAT(err_.str(), HasSubstr("tcgate call: the request: not "));
  EXPECT_EQ(service_.path, "");
}

}  // namespace
}  // namespace tcgate
