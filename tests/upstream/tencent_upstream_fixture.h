#ifndef TCGATE_TESTS_UPSTREAM_TENCENT_UPSTREAM_FIXTURE_H_
#define TCGATE_TESTS_UPSTREAM_TENCENT_UPSTREAM_FIXTURE_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "service/credentials/key_ring.h"
#include "service/signing/tc3.h"
#include "service/upstream/tencent_upstream.h"
#include "tcgate/options/v1/options.pb.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_http_client.h"
#include "tests/support/fake_poller.h"

namespace tcgate {

inline constexpr char kPin[] = "9713-Sesame";
inline constexpr char kSecretKey[] = "not-a-real-secret-key";

// A product of one message each way. The request has a secret in it.
inline constexpr char kDoorProto[] = R"pb(
  name: "door.proto"
  syntax: "proto3"
  message_type {
    name: "OpenRequest"
    field {
      name: "pin"
      json_name: "Pin"
      number: 1
      type: TYPE_STRING
      label: LABEL_OPTIONAL
      options {
        [tcgate.options.v1.field] { sensitive: true }
      }
    }
  }
  message_type {
    name: "OpenResponse"
    field {
      name: "door_id"
      json_name: "DoorId"
      number: 1
      type: TYPE_INT64
      label: LABEL_OPTIONAL
    }
    field {
      name: "request_id"
      json_name: "RequestId"
      number: 2
      type: TYPE_STRING
      label: LABEL_OPTIONAL
    }
  })pb";

// Derives keys as the keeper does, for the days it is told, and remembers what
// it was asked for.
class FakeKeyRing final : public KeyRing {
 public:
  std::shared_ptr<const SigningKey> Find(absl::string_view account,
                                         absl::string_view product,
                                         absl::string_view date) override {
    asked.push_back(absl::StrCat(account, " ", product, " ", date));
    const auto found = keys.find(std::string(date));
    return found == keys.end() ? nullptr : found->second;
  }

  // Calls `on_refresh`; it is over once `refreshed` has been raised.
  std::uint64_t Refresh(absl::string_view account) override {
    asked.push_back(absl::StrCat("refresh ", account));
    if (on_refresh) on_refresh();
    return refreshed + 1;
  }
  std::uint64_t Refreshed(absl::string_view /*account*/) override {
    return refreshed;
  }

  void Give(const std::string& date, const std::string& secret_id,
            const std::string& token) {
    SigningKey key;
    key.secret_id = secret_id;
    key.date = date;
    key.product = "door";
    key.token = token;
    key.key = tc3::DeriveKey(Secret(kSecretKey), date, "door");
    keys[date] = std::make_shared<const SigningKey>(std::move(key));
  }

  std::map<std::string, std::shared_ptr<const SigningKey>> keys;
  std::vector<std::string> asked;
  std::function<void()> on_refresh;
  std::uint64_t refreshed = 0;
};

class TencentUpstreamTest : public testing::Test {
 protected:
  TencentUpstreamTest() {
    google::protobuf::FileDescriptorProto file;
    EXPECT_TRUE(
        google::protobuf::TextFormat::ParseFromString(kDoorProto, &file));
    const google::protobuf::FileDescriptor* built = pool_.BuildFile(file);

    product_.code = "door";
    product_.version = "2022-03-25";
    product_.international_host = "door.intl.example.com";
    Action& action = actions_.emplace_back();
    action.product = &product_;
    action.name = "OpenDoor";
    action.label = "door.OpenDoor";
    action.request = built->message_type(0);
    action.response = built->message_type(1);

    account_.name = "main";
    keys_.Give("2019-02-25", "AKIDfake", "");
    upstream_ = std::make_unique<TencentUpstream>(
        actions_, tables_, keys_, http_, loop_, clock_, metrics_, 1 << 20);

    request_.action = &action;
    request_.account = &account_;
    request_.region = "ap-singapore";
    request_.language = "en-US";
    request_.body = body_;
    request_.request_wire = wire_;
    request_.deadline = clock_.MonoNow() + std::chrono::seconds(30);
  }

  // The fake client answers at once, so the attempt has ended on return.
  AttemptResult Attempt() {
    AttemptResult result;
    Cancellation cancel;
    Route route =
        upstream_->Choose(*request_.account, *request_.action, nullptr);
    request_.endpoint = route.endpoint;
    if (route.endpoint == nullptr) {
      result.outcome = std::move(route.refusal);
      return result;
    }
    Start(*upstream_, request_, cancel, result);
    return result;
  }

  // The same, answered with `body`.
  AttemptResult Answered(int status, const std::string& body) {
    HttpResult answer;
    answer.sent = true;
    answer.status = status;
    answer.body = body;
    answer.body.reserve(body.size() + kReplyPadding);
    answer.date = clock_.WallNow() + std::chrono::seconds(3);
    http_.results.push_back(std::move(answer));
    return Attempt();
  }

  AttemptResult Failed(HttpFault fault, bool sent) {
    HttpResult failure;
    failure.fault = fault;
    failure.sent = sent;
    http_.results.push_back(std::move(failure));
    return Attempt();
  }

  // Everything of an outcome that a caller may see, to search in.
  static std::string Text(const Outcome& outcome) {
    std::string text =
        absl::StrCat(outcome.reason, outcome.message, outcome.request_id);
    for (const auto& [key, value] : outcome.metadata) {
      absl::StrAppend(&text, key, value);
    }
    for (const FieldViolation& violation : outcome.violations) {
      absl::StrAppend(&text, violation.field, violation.description);
    }
    return text;
  }

  static Detached Start(Upstream& upstream, AttemptRequest request,
                        Cancellation& cancel, AttemptResult& result) {
    Task<AttemptResult> attempt = upstream.Attempt(request, cancel);
    result = co_await attempt;
  }

  Action& action() { return actions_.front(); }

  google::protobuf::DescriptorPool pool_;
  Product product_;
  std::deque<Action> actions_;
  Account account_;
  FakeClock clock_;  // At 2019-02-25T16:44:25Z.
  FakePoller poller_{clock_};
  Loop loop_{clock_, poller_};
  FakeKeyRing keys_;
  FakeHttpClient http_;
  Metrics metrics_{{"door.OpenDoor"}};
  Tables tables_;
  const std::string body_ = absl::StrCat(R"({"Pin":")", kPin, R"("})");
  const std::string wire_ =
      absl::StrCat("\x0A", std::string(1, sizeof(kPin) - 1), kPin);
  std::unique_ptr<TencentUpstream> upstream_;
  AttemptRequest request_;
};

inline constexpr char kReply[] =
    R"({"Response":{"DoorId":7,"RequestId":"id-1"}})";

}  // namespace tcgate

#endif  // TCGATE_TESTS_UPSTREAM_TENCENT_UPSTREAM_FIXTURE_H_
