#include "service/upstream/tencent_upstream.h"

#include <cassert>
#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/codec/encode.h"
#include "service/upstream/judge.h"
#include "service/upstream/no_credential.h"
#include "service/upstream/pass_on.h"

namespace tcgate {
namespace {

constexpr char kContentType[] = "application/json";

// Bytes of the headers without a token: they are some 450.
constexpr std::size_t kUsualHeaders = 512;

// Whether the message may be made beside the JSON, which `held` stands for. Of
// text it has at most as many bytes, names and quotes left out; numbers may
// take up to four times theirs, which is counted once it is known: one reply at
// a time is decoded. One that has the budget nearly to itself is decoded
// whatever its size, or it never would be.
bool HasRoomToDecode(const std::string& body, const ByteBudget* memory,
                     ByteHold& held) {
  if (memory == nullptr || held.GrowTo(body.capacity() + body.size())) {
    return true;
  }
  const std::size_t others = memory->held() - held.bytes();
  return others <= memory->most() / 16;  // Chosen: requests that wait.
}

AttemptResult Ended(Outcome outcome) {
  AttemptResult result;
  result.outcome = std::move(outcome);
  return result;
}

}  // namespace

TencentUpstream::TencentUpstream(const std::deque<Action>& actions,
                                 Tables& tables, KeyRing& keys,
                                 HttpClient& http, Loop& loop,
                                 const Clock& clock, Metrics& metrics,
                                 std::size_t max_reply_bytes,
                                 WarmConnections* warm)
    : keys_(keys),
      http_(http),
      loop_(loop),
      clock_(clock),
      metrics_(metrics),
      max_reply_bytes_(max_reply_bytes),
      warm_(warm),
      signers_(keys) {
  tables_.reserve(actions.size());
  for (const Action& action : actions) {
    tables_.push_back(
        {&tables.For(*action.request), &tables.For(*action.response)});
  }
}

Task<AttemptResult> TencentUpstream::Attempt(AttemptRequest request,
                                             Cancellation& cancel) {
  Prepared prepared = Prepare(request);
  if (prepared.key == nullptr) co_return Ended(std::move(prepared.refusal));
  Host& host = hosts_.Of(*request.endpoint);
  ++host.in_flight;
  if (warm_ != nullptr) {
    warm_->Expect(*request.endpoint, host.in_flight, prepared.began);
  }
  Task<HttpResult> exchange = http_.Send(std::move(prepared.http), cancel);
  HttpResult answer = co_await exchange;
  --host.in_flight;
  co_return Judge(request, prepared, std::move(answer));
}

TencentUpstream::Prepared TencentUpstream::Prepare(
    const AttemptRequest& request) {
  assert(request.endpoint != nullptr);  // `Choose` comes first.
  const Account& account = *request.account;
  const Product& product = *request.action->product;
  Prepared prepared;
  prepared.began = clock_.MonoNow();
  const Second& now = Now(hosts_.Of(*request.endpoint).clock_offset);
  KeyedSigner* signer = signers_.Find(account, product, now.date);
  if (signer == nullptr) {
    prepared.refusal = NoCredential(account, product, now.date);
    return prepared;
  }
  prepared.key = signer->key;
  prepared.http = Sign(request, *signer, now);
  return prepared;
}

const TencentUpstream::Second& TencentUpstream::Now(
    std::chrono::seconds clock_offset) {
  const WallTime time = clock_.WallNow() + clock_offset;
  const std::int64_t now =
      std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  if (now != now_.unix_seconds) {
    now_.unix_seconds = now;
    now_.text = absl::StrCat(now);
    now_.date = tc3::Date(now);
  }
  return now_;
}

HttpRequest TencentUpstream::Sign(const AttemptRequest& request,
                                  KeyedSigner& with, const Second& now) const {
  tc3::Request covered;
  covered.content_type = kContentType;
  covered.host = request.endpoint->host;
  covered.payload = request.body;

  HttpRequest http;
  http.endpoint = request.endpoint;
  http.body = std::string(request.body);
  http.deadline = request.deadline;
  http.send_once = request.action->effect == Effect::kWrite;
  http.max_reply_bytes = max_reply_bytes_;
  http.budget = request.memory;

  http.content_type = kContentType;
  HttpHeaders& headers = http.headers;
  headers.Reserve(kUsualHeaders);
  const auto add = [&headers](absl::string_view name, absl::string_view value) {
    if (!value.empty()) headers.Add(name, value);
  };
  add("X-TC-Action", request.action->name);
  add("X-TC-Version", request.action->product->version);
  add("X-TC-Timestamp", now.text);
  add("X-TC-Region", request.region);
  add("X-TC-Language", request.language);
  add("X-TC-Token", with.key->token);
  // A slash is outside the alphabet that the vendor takes here.
  add("X-TC-RequestClient", "tcgate_" TCGATE_VERSION);
  add("traceparent", request.traceparent);
  add("Authorization", with.signer.Authorization(covered, now.unix_seconds));
  return http;
}

AttemptResult TencentUpstream::Judge(const AttemptRequest& request,
                                     const Prepared& prepared,
                                     HttpResult answer) {
  const Action& action = *request.action;
  AttemptResult result;
  result.server_time = answer.date;
  result.key = prepared.key;

  ByteHold held = std::move(answer.held);
  if (!HasRoomToDecode(answer.body, request.memory, held)) {
    answer.fault = HttpFault::kNoRoom;
  }
  // An envelope counts whatever its HTTP status.
  Decoded decoded;
  if (answer.fault == HttpFault::kNone) {
    decoded =
        decoder_.DecodeReply(*tables_[action.index].response, answer.body);
    answer.body = std::string();
    if (!held.GrowTo(decoded.wire.capacity())) {
      decoded = Decoded();
      answer.fault = HttpFault::kNoRoom;
    }
  }
  held.ShrinkTo(decoded.wire.capacity());
  switch (decoded.kind) {
    case Decoded::Kind::kReply:
      metrics_.Attempted(action.index, "ok");
      Accept(action, decoded, result);
      result.held = std::move(held);
      break;
    case Decoded::Kind::kError:
      metrics_.Attempted(action.index, "vendor_error");
      result.outcome = Refused(request, *prepared.key, decoded);
      break;
    case Decoded::Kind::kNoEnvelope:
      result.outcome = Failed(request, answer, prepared.began, false);
      return result;
  }
  Learn(request, HostSign::kWell, prepared.began);
  return result;
}

void TencentUpstream::Accept(const Action& action, Decoded& decoded,
                             AttemptResult& result) {
  CountLosses(action, decoded);
  result.wire = std::move(decoded.wire);
  result.outcome.decided_by = DecidedBy::kVendor;
  result.outcome.ran = Ran::kYes;
  result.outcome.request_id = PassOnName(decoded.request_id);
}

void TencentUpstream::CountLosses(const Action& action,
                                  const Decoded& decoded) {
  for (const Loss& loss : decoded.losses) {
    metrics_.MemberLost(action.index, loss.member);
  }
}

Outcome TencentUpstream::Failed(const AttemptRequest& request,
                                const HttpResult& answer, MonoTime began,
                                bool host_is_well) {
  const Action& action = *request.action;
  const bool callers = request.deadline_is_callers;
  const std::chrono::nanoseconds took = clock_.MonoNow() - began;
  metrics_.Attempted(action.index, FaultLabel(answer, callers));
  Learn(request,
        host_is_well ? HostSign::kWell : JudgeHost(answer, callers, took),
        began);
  return JudgeFault(answer, request.endpoint->host, action, callers);
}

Outcome TencentUpstream::Refused(const AttemptRequest& request,
                                 const SigningKey& key,
                                 const Decoded& decoded) const {
  std::vector<std::string> sensitive = SensitiveValues(
      *tables_[request.action->index].request, request.request_wire);
  sensitive.push_back(key.token);
  return JudgeVendorError(PassOnName(decoded.error_code),
                          PassOnMessage(decoded.error_message, sensitive),
                          PassOnName(decoded.request_id),
                          request.action->effect);
}

}  // namespace tcgate
