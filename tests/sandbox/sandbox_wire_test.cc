// The sandbox as clients see it, byte by byte.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "service/sandbox/sandbox.h"
#include "tests/sandbox/signed_request.h"
#include "tests/support/fake_clock.h"
#include "tests/support/raw_client.h"

namespace tcgate {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class SandboxWireTest : public testing::Test {
 protected:
  void SetUp() override {
    SandboxOptions options;
    options.address = "127.0.0.1:0";
    options.credentials = TestCredentials();
    auto sandbox = Sandbox::Start(std::move(options), ShippedCatalog(), clock_);
    ASSERT_TRUE(sandbox.ok()) << sandbox.status();
    sandbox_ = *std::move(sandbox);
  }

  std::string Control(const char* method, const char* path,
                      const std::string& body = "") const {
    return RawExchange(sandbox_->address(),
                       absl::StrCat(method, " /_sandbox/", path,
                                    " HTTP/1.1\r\nHost: a\r\nContent-Length: ",
                                    body.size(), "\r\n\r\n", body));
  }
  void SetFaults(const std::string& faults) const {
    ASSERT_THAT(Control("POST", "faults", faults),
                StartsWith("HTTP/1.1 200 OK\r\n"));
  }
  json Stats() const {
    const std::string reply = Control("GET", "stats");
    return json::parse(reply.substr(reply.find("\r\n\r\n")));
  }

  FakeClock clock_;
  std::unique_ptr<Sandbox> sandbox_;
};

TEST_F(SandboxWireTest, AReplyIsJsonToTheLetter) {
  const std::string reply =
      RawExchange(sandbox_->address(), SignedRequest().Text());
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(reply, HasSubstr("\r\nDate: Mon, 25 Feb 2019 16:44:25 GMT\r\n"));
  EXPECT_THAT(reply, HasSubstr("{\"Response\":{\"Devices\":["));
}

TEST_F(SandboxWireTest, ABodyOverTenMegabytesIsRefusedByItsCode) {
  SignedRequest request;
  request.body = std::string((10 << 20) + 1, ' ');
  RawClient client(sandbox_->address());
  client.Send(request.Text());
  EXPECT_THAT(client.ReadReply(), HasSubstr("RequestSizeLimitExceeded"));
}

TEST_F(SandboxWireTest, CountsConnectionsAndForgetsThem) {
  RawExchange(sandbox_->address(), SignedRequest().Text());
  const json stats = Stats();
  EXPECT_EQ(stats["connections"], 2);
  EXPECT_EQ(stats["executions"], 1);
  EXPECT_EQ(stats["actions"]["trro.GetDevices"]["executions"], 1);
  SetFaults(R"([{"kind":"status"}])");
  Control("POST", "reset");
  EXPECT_EQ(Stats()["executions"], 0);
  EXPECT_THAT(RawExchange(sandbox_->address(), SignedRequest().Text()),
              HasSubstr("Devices"));
}

TEST_F(SandboxWireTest, APostReadOnAReusedConnectionAndClosedIsOneExecution) {
  RawClient client(sandbox_->address());
  client.Send(SignedRequest().Text());
  EXPECT_THAT(client.ReadReply(), HasSubstr("Devices"));
  SetFaults(R"([{"kind":"close_after_read","times":1}])");
  client.Send(SignedRequest().Text());
  EXPECT_THAT(client.ReadToEnd(), IsEmpty());
  EXPECT_EQ(client.end(), RawClient::End::kClosed);
  EXPECT_EQ(Stats()["executions"], 2);
}

TEST_F(SandboxWireTest, AReplyIsCutOrResetHalfWay) {
  SetFaults(R"([{"kind":"truncate","times":1},{"kind":"reset","times":1}])");
  RawClient truncated(sandbox_->address());
  truncated.Send(SignedRequest().Text());
  const std::string part = truncated.ReadToEnd();
  EXPECT_THAT(part, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_FALSE(json::accept(part.substr(part.find("\r\n\r\n"))));
  EXPECT_EQ(truncated.end(), RawClient::End::kClosed);

  RawClient reset(sandbox_->address());
  reset.Send(SignedRequest().Text());
  reset.ReadToEnd();
  EXPECT_EQ(reset.end(), RawClient::End::kReset);
  EXPECT_EQ(Stats()["executions"], 2);
}

TEST_F(SandboxWireTest, APageOfAFrontEndIsNoEnvelope) {
  SetFaults(R"([{"kind":"status","status":503,"times":1},
                {"kind":"not_json","times":1}])");
  EXPECT_THAT(RawExchange(sandbox_->address(), SignedRequest().Text()),
              StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  const std::string reply =
      RawExchange(sandbox_->address(), SignedRequest().Text());
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("<html>"));
  EXPECT_EQ(Stats()["executions"], 0);
}

TEST_F(SandboxWireTest, ALateReplyIsLate) {
  SetFaults(R"([{"kind":"latency","ms":30}])");
  const MonoTime start = SystemClock().MonoNow();
  EXPECT_THAT(RawExchange(sandbox_->address(), SignedRequest().Text()),
              HasSubstr("Devices"));
  EXPECT_GE(SystemClock().MonoNow() - start, std::chrono::milliseconds(30));
}

TEST_F(SandboxWireTest, OneCallTooManyIsRefusedUntilLimitsAreOff) {
  const auto call = [&] {
    return RawExchange(sandbox_->address(), SignedRequest().Text());
  };
  for (int i = 0; i < 20; ++i) EXPECT_THAT(call(), HasSubstr("Devices"));
  EXPECT_THAT(call(), HasSubstr("\"Code\":\"RequestLimitExceeded\""));
  EXPECT_EQ(Stats()["refusals"]["RequestLimitExceeded"], 1);
  EXPECT_THAT(Control("POST", "limits", R"({"enabled":false})"),
              StartsWith("HTTP/1.1 200 OK\r\n"));
  for (int i = 0; i < 40; ++i) EXPECT_THAT(call(), HasSubstr("Devices"));
  EXPECT_THAT(Control("POST", "limits", R"({"enabled":0})"),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(SandboxWireTest, AResetBringsBackTheBeginning) {
  SignedRequest remove;
  remove.action = "DeleteProject";
  remove.body = R"({"ProjectId":"f3glr49r3axn0fu2"})";
  EXPECT_THAT(RawExchange(sandbox_->address(), remove.Text()),
              testing::Not(HasSubstr("Error")));
  EXPECT_THAT(RawExchange(sandbox_->address(), remove.Text()),
              HasSubstr("The project does not exist."));
  Control("POST", "reset", "{}");
  EXPECT_THAT(RawExchange(sandbox_->address(), remove.Text()),
              testing::Not(HasSubstr("Error")));
}

// A request for speech, on a connection that ends behind the reply.
std::string SpeechRequest(const std::string& more) {
  SignedRequest request;
  request.action = "TextToSpeechSSE";
  request.version = "2019-07-22";
  request.service = "trtc";
  request.body = absl::StrCat(R"({"SdkAppId":1400000001,"Text":")",
                              std::string(45, 'a'), "\"", more, "}");
  std::string text = request.Text();
  text.insert(text.find("Content-Length"), "Connection: close\r\n");
  return text;
}

TEST_F(SandboxWireTest, SpeechIsAStreamOfEvents) {
  RawClient client(sandbox_->address());
  client.Send(SpeechRequest(R"(,"Voice":{"VoiceId":"v"})"));
  const std::string reply = client.ReadToEnd();
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("\r\nContent-Type: text/event-stream\r\n"));
  EXPECT_THAT(reply, HasSubstr("\r\nX-TC-RequestId: "));
  EXPECT_THAT(reply,
              HasSubstr("\r\ndata: {\"Type\":\"chunk\",\"RequestId\":\""));
  EXPECT_THAT(reply, HasSubstr("\"Seq\":4,\"IsEnd\":true}\n\n\r\n0\r\n\r\n"));
  EXPECT_EQ(Stats()["actions"]["trtc.TextToSpeechSSE"]["executions"], 1);
}

TEST_F(SandboxWireTest, AnErrorComesBeforeTheStreamAsJson) {
  const std::string reply = RawExchange(sandbox_->address(), SpeechRequest(""));
  EXPECT_THAT(reply, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(reply, HasSubstr("\"Code\":\"MissingParameter\""));
}

TEST_F(SandboxWireTest, AStreamIsBrokenOnPurpose) {
  SetFaults(R"([{"kind":"stream_error","times":1},{"kind":"reset"}])");
  const std::string request = SpeechRequest(R"(,"Voice":{"VoiceId":"v"})");
  RawClient ended(sandbox_->address());
  ended.Send(request);
  EXPECT_THAT(ended.ReadToEnd(),
              HasSubstr("\"Error\":{\"Code\":\"InternalError\""));
  EXPECT_EQ(ended.end(), RawClient::End::kClosed);
  RawClient reset(sandbox_->address());
  reset.Send(request);
  reset.ReadToEnd();
  EXPECT_EQ(reset.end(), RawClient::End::kReset);
}

TEST_F(SandboxWireTest, ThePageSaysWhatThereIs) {
  const std::string page = Control("GET", "");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(page, HasSubstr("\r\nContent-Type: text/plain\r\n"));
  for (const char* what : {"/_sandbox/stats", "/_sandbox/faults",
                           "/_sandbox/limits", "/_sandbox/reset"}) {
    EXPECT_THAT(page, HasSubstr(what));
  }
}

TEST_F(SandboxWireTest, TheFaultsInForceCanBeReadAndGivenBack) {
  const auto faults = [&] {
    const std::string reply = Control("GET", "faults");
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
    return reply.substr(reply.find("\r\n\r\n") + 4);
  };
  EXPECT_EQ(faults(), "[]");
  SetFaults(R"([{"kind":"limit","times":2}])");
  RawExchange(sandbox_->address(), SignedRequest().Text());
  const std::string left = faults();
  EXPECT_EQ(json::parse(left)[0]["kind"], "limit");
  EXPECT_EQ(json::parse(left)[0]["times"], 1);
  SetFaults(left);
  EXPECT_EQ(faults(), left);
}

TEST_F(SandboxWireTest, ControlSaysWhatIsWrong) {
  const std::string reply = Control("POST", "faults", R"([{"kind":"\u00ff"}])");
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(reply, HasSubstr("{\"error\":\"[0].kind must be one of"));
  const std::string method = Control("PUT", "faults");
  EXPECT_THAT(method, StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(method, HasSubstr("/_sandbox/faults takes GET or POST"));
  EXPECT_THAT(Control("POST", "stats"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(Control("GET", "state"), StartsWith("HTTP/1.1 404 "));
}

}  // namespace
}  // namespace tcgate
