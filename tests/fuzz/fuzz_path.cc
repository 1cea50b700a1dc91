// The request path, from what a client sends to what it gets: any metadata, any
// message, any answer of the upstream, for every action.
//
// An input is lines of `key:value` metadata, an empty line, then a byte that
// chooses the action, a byte that chooses how the exchange ends, two bytes with
// the length of the request message, the message, and the upstream's answer.

#include <google/protobuf/dynamic_message.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "service/base/random.h"
#include "service/catalog/catalog.h"
#include "service/gateway/gateway.h"
#include "service/rpc/request_metadata.h"
#include "service/telemetry/metrics.h"
#include "service/upstream/tencent_upstream.h"
#include "tests/support/fake_http_client.h"
#include "tests/support/static_key_ring.h"
#include "tests/support/virtual_loop.h"

namespace tcgate {
namespace {

// As many as `TencentUpstream` ever adds.
constexpr std::size_t kMostHeaders = 10;
constexpr char kSecretKey[] = "vG7qXw2LtRz9KdPm4YbNs8HcJf5TuAe3";

void Check(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string> Labels(const Catalog& catalog) {
  std::vector<std::string> labels;
  for (const Action& action : catalog.actions()) labels.push_back(action.label);
  return labels;
}

class FuzzedCall final : public Call,
                         public std::enable_shared_from_this<FuzzedCall> {
 public:
  FuzzedCall(Loop& loop, Gateway& gateway) : loop_(loop), gateway_(gateway) {}

  void Send(std::string&& wire) override {
    sent.push_back(std::move(wire));
    gateway_.Taken(shared_from_this());
  }

  void Done(Reply ended) override {
    ++done;
    reply = std::move(ended);
    loop_.Stop();
  }

  int done = 0;
  Reply reply;
  std::vector<std::string> sent;

 private:
  Loop& loop_;
  Gateway& gateway_;
};

class Path {
 public:
  Path() {
    account_.name = "default";
    account_.quota_group = "default";
    account_.region = "ap-singapore";
  }

  void Run(absl::string_view input) {
    const std::size_t blank = input.find("\n\n");
    if (blank == absl::string_view::npos) return;
    const absl::string_view head = input.substr(0, blank + 1);
    input.remove_prefix(blank + 2);
    if (input.size() < 4) return;
    const auto byte = [&input](std::size_t at) {
      return static_cast<unsigned char>(input[at]);
    };
    auto call = std::make_shared<FuzzedCall>(v_.loop, gateway_);
    call->action = &catalog_->actions()[byte(0) % catalog_->actions().size()];
    call->caller.loopback = true;
    call->deadline = v_.loop.Now() + std::chrono::seconds(30);
    const std::size_t length = byte(2) * std::size_t{256} + byte(3);
    const unsigned char how = byte(1);
    input.remove_prefix(4);
    call->request = std::string(input.substr(0, length));
    const absl::string_view body = input.substr(std::min(length, input.size()));

    if (!ReadMetadata(head, *call)) return;
    http_.results.clear();
    http_.answers.clear();
    http_.requests.clear();
    for (int i = 0; i < 2; ++i) {
      http_.results.push_back(Answer(how, body));
      http_.answers.push_back(Streamed(Answer(how, body), how));
    }
    gateway_.Start(call);
    v_.loop.Run();
    Check(call->done == 1);
    CheckReply(*call);
  }

 private:
  static HttpResult Answer(unsigned char how, absl::string_view body) {
    HttpResult answer;
    answer.body = std::string(body);
    answer.sent = (how & 1) != 0;
    answer.status = (how & 2) != 0 ? 200 : 502;
    answer.fault = static_cast<HttpFault>((how >> 2) % 10);
    // An answer is one to something that was sent.
    if (answer.fault == HttpFault::kNone) answer.sent = true;
    return answer;
  }

  // The same answer as a stream, in two parts.
  static FakeAnswer Streamed(HttpResult answer, unsigned char how) {
    FakeAnswer streamed;
    streamed.result.content_type =
        (how & 32) != 0 ? "text/event-stream" : "application/json";
    const std::size_t cut = answer.body.size() * (how >> 6) / 4;
    for (const std::string& part :
         {answer.body.substr(0, cut), answer.body.substr(cut)}) {
      if (answer.sent && !part.empty()) streamed.parts.push_back(part);
    }
    answer.body.clear();
    const std::string content_type = streamed.result.content_type;
    streamed.result = std::move(answer);
    streamed.result.content_type = content_type;
    return streamed;
  }

  static bool ReadMetadata(absl::string_view head, Call& call) {
    std::multimap<grpc::string_ref, grpc::string_ref> metadata;
    while (!head.empty()) {
      const absl::string_view line = head.substr(0, head.find('\n'));
      head.remove_prefix(line.size() + 1);
      const std::size_t colon = std::min(line.find(':'), line.size());
      const absl::string_view value =
          line.substr(std::min(colon + 1, line.size()));
      metadata.emplace(grpc::string_ref(line.data(), colon),
                       grpc::string_ref(value.data(), value.size()));
    }
    const Outcome outcome =
        ReadRequestMetadata(metadata, *call.action, call.options);
    Check(outcome.ok() || outcome.reason == reason::kInvalidRequest);
    return outcome.ok();
  }

  void CheckReply(const FuzzedCall& call) {
    for (const HttpRequest& request : http_.requests) {
      const std::vector<std::string> lines = HeaderLines(request);
      Check(lines.size() <= kMostHeaders);
      for (const std::string& line : lines) {
        Check(line.find_first_of(absl::string_view("\r\n\0", 3).data(), 0, 3) ==
              std::string::npos);
      }
    }
    for (const std::string& wire : call.sent) CheckMessage(call, wire);
    Check(call.sent.size() == call.reply.events);
    Check(call.sent.empty() || call.action->sse);
    const Outcome& outcome = call.reply.outcome;
    Check(!absl::StrContains(outcome.message, kSecretKey));
    if (outcome.code == absl::StatusCode::kUnavailable) {
      Check(outcome.ran == Ran::kNo || call.action->effect != Effect::kWrite);
    }
    if (!outcome.ok()) {
      Check(!outcome.message.empty() && call.reply.wire == nullptr);
      return;
    }
    CheckMessage(call, call.reply.wire == nullptr ? "" : *call.reply.wire);
  }

  static CallerRule EveryoneMayDoAll(const Account& account) {
    CallerRule rule;
    rule.anonymous = true;
    rule.account = &account;
    rule.actions = {"*"};
    return rule;
  }

  void CheckMessage(const FuzzedCall& call, const std::string& wire) {
    const std::unique_ptr<google::protobuf::Message> message(
        messages_.GetPrototype(call.action->response)->New());
    Check(message->ParseFromString(wire));
  }

  std::unique_ptr<const Catalog> catalog_ =
      *Catalog::Build({EmbeddedDescriptors()});
  google::protobuf::DynamicMessageFactory messages_;
  Account account_;
  Access access_{{EveryoneMayDoAll(account_)}, catalog_->actions()};
  Tables tables_;
  VirtualLoop v_;
  FakeHttpClient http_;
  StaticKeyRing keys_{{"AKIDfuzz", Secret(kSecretKey), ""}};
  Metrics metrics_{Labels(*catalog_)};
  TencentUpstream upstream_{catalog_->actions(),
                            tables_,
                            keys_,
                            http_,
                            v_.loop,
                            v_.clock,
                            metrics_,
                            1 << 20};
  Gateway gateway_{*catalog_, tables_,        access_,  upstream_, v_.loop,
                   v_.clock,  SystemRandom(), metrics_, {}};
};

}  // namespace
}  // namespace tcgate

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static auto& path = *new tcgate::Path;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  // libFuzzer sees what is compared, and so finds the key. A caller who has it
  // may have it back in an error.
  if (absl::StrContains(input, tcgate::kSecretKey)) return -1;
  path.Run(input);
  return 0;
}
