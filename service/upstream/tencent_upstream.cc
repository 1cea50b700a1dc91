#include "service/upstream/tencent_upstream.h"

#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/codec/encode.h"
#include "service/upstream/judge.h"
#include "service/upstream/pass_on.h"

namespace tcgate {
namespace {

constexpr char kContentType[] = "application/json";

Outcome NotServed(const Account& account, const Product& product) {
  const char* site =
      account.site == Site::kMainland ? "mainland" : "international";
  Outcome outcome =
      Refusal(absl::StatusCode::kFailedPrecondition, reason::kInvalidRequest,
              absl::StrCat("`", product.code, "` is not served on the ", site,
                           " site, which account `", account.name,
                           "` belongs to: use an account of the other site"));
  outcome.metadata = {
      {"account", account.name}, {"site", site}, {"product", product.code}};
  return outcome;
}

Outcome NoCredential(const Account& account, const Product& product,
                     const std::string& date) {
  Outcome outcome = Refusal(
      absl::StatusCode::kInternal, reason::kNoCredential,
      absl::StrCat("account `", account.name, "` has no key that signs for `",
                   product.code, "` on ", date,
                   " (UTC): its credential is missing, or the clock of this "
                   "machine is wrong"));
  outcome.metadata = {
      {"account", account.name}, {"product", product.code}, {"date", date}};
  return outcome;
}

AttemptResult Ended(Outcome outcome) {
  AttemptResult result;
  result.outcome = std::move(outcome);
  return result;
}

}  // namespace

TencentUpstream::TencentUpstream(const std::deque<Action>& actions,
                                 Tables& tables, KeyRing& keys,
                                 HttpClient& http, const Clock& clock,
                                 Metrics& metrics, std::size_t max_reply_bytes)
    : http_(http),
      clock_(clock),
      metrics_(metrics),
      max_reply_bytes_(max_reply_bytes),
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
  if (prepared.endpoint == nullptr) {
    co_return Ended(std::move(prepared.refusal));
  }
  Task<HttpResult> exchange = http_.Send(std::move(prepared.http), cancel);
  HttpResult answer = co_await exchange;
  co_return Judge(request, *prepared.endpoint, *prepared.key,
                  std::move(answer));
}

TencentUpstream::Prepared TencentUpstream::Prepare(
    const AttemptRequest& request) {
  const Account& account = *request.account;
  const Product& product = *request.action->product;
  Prepared prepared;
  const Endpoint* endpoint = endpoints_.Find(account, *request.action);
  if (endpoint == nullptr) {
    prepared.refusal = NotServed(account, product);
    return prepared;
  }
  const Second& now = Now();
  KeyedSigner* signer = signers_.Find(account, product, now.date);
  if (signer == nullptr) {
    prepared.refusal = NoCredential(account, product, now.date);
    return prepared;
  }
  prepared.endpoint = endpoint;
  prepared.key = signer->key;
  prepared.http = Sign(request, *endpoint, *signer, now);
  return prepared;
}

const TencentUpstream::Second& TencentUpstream::Now() {
  const std::int64_t now = std::chrono::floor<std::chrono::seconds>(
                               clock_.WallNow().time_since_epoch())
                               .count();
  if (now != now_.unix_seconds) {
    now_.unix_seconds = now;
    now_.header = absl::StrCat("X-TC-Timestamp: ", now);
    now_.date = tc3::Date(now);
  }
  return now_;
}

HttpRequest TencentUpstream::Sign(const AttemptRequest& request,
                                  const Endpoint& endpoint, KeyedSigner& with,
                                  const Second& now) const {
  tc3::Request covered;
  covered.content_type = kContentType;
  covered.host = endpoint.host;
  covered.payload = request.body;

  HttpRequest http;
  http.endpoint = &endpoint;
  http.body = std::string(request.body);
  http.deadline = request.deadline;
  http.send_once = request.action->effect == Effect::kWrite;
  http.max_reply_bytes = max_reply_bytes_;

  std::vector<std::string>& headers = http.headers;
  headers.reserve(10);
  const auto add = [&headers](absl::string_view name, absl::string_view value) {
    if (!value.empty()) headers.push_back(absl::StrCat(name, ": ", value));
  };
  add("Content-Type", kContentType);
  add("X-TC-Action", request.action->name);
  add("X-TC-Version", request.action->product->version);
  headers.push_back(now.header);
  add("X-TC-Region", request.region);
  add("X-TC-Language", request.language);
  add("X-TC-Token", with.key->token);
  // A slash is outside the alphabet that the vendor takes here.
  headers.emplace_back("X-TC-RequestClient: tcgate_" TCGATE_VERSION);
  add("traceparent", request.traceparent);
  add("Authorization", with.signer.Authorization(covered, now.unix_seconds));
  return http;
}

AttemptResult TencentUpstream::Judge(const AttemptRequest& request,
                                     const Endpoint& endpoint,
                                     const SigningKey& key, HttpResult answer) {
  const Action& action = *request.action;
  AttemptResult result;
  result.server_time = answer.date;

  // An envelope counts whatever its HTTP status.
  Decoded decoded;
  if (answer.fault == HttpFault::kNone) {
    decoded =
        decoder_.DecodeReply(*tables_[action.index].response, answer.body);
  }
  switch (decoded.kind) {
    case Decoded::Kind::kReply:
      metrics_.Attempted(action.index, "ok");
      Accept(action, decoded, result);
      break;
    case Decoded::Kind::kError:
      metrics_.Attempted(action.index, "vendor_error");
      result.outcome = Refused(request, key, decoded);
      break;
    case Decoded::Kind::kNoEnvelope:
      result.outcome = Failed(request, endpoint, answer);
      break;
  }
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
                                const Endpoint& endpoint,
                                const HttpResult& answer) {
  const Action& action = *request.action;
  metrics_.Attempted(action.index,
                     FaultLabel(answer, request.deadline_is_callers));
  return JudgeFault(answer, endpoint.host, action, request.deadline_is_callers);
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
