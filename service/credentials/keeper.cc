#include "service/credentials/keeper.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/credentials/keeper_frame.h"
#include "service/credentials/signing_days.h"
#include "service/signing/tc3.h"

namespace tcgate {
namespace {

std::string Refuse(absl::string_view reason) {
  return EncodeFrame(FrameKind::kRefusal, {reason});
}

bool Contains(const std::vector<std::string>& values, absl::string_view value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

Keeper::Keeper(Options options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {
  for (AccountCredential& account : options_.accounts) {
    accounts_.push_back({std::move(account), ""});
  }
  options_.accounts.clear();
}

std::string Keeper::Answer(absl::string_view packet) {
  const std::optional<Frame> frame = ParseFrame(packet);
  if (frame.has_value() && frame->kind == FrameKind::kKeyRequest) {
    return AnswerKey(frame->fields[0], frame->fields[1], frame->fields[2]);
  }
  if (frame.has_value() && frame->kind == FrameKind::kPairRequest) {
    return AnswerPair();
  }
  return Refuse("this is no request");
}

std::string Keeper::AnswerKey(absl::string_view account,
                              absl::string_view product,
                              absl::string_view date) {
  const auto found = std::find_if(
      accounts_.begin(), accounts_.end(),
      [account](const Account& a) { return a.held.account == account; });
  if (found == accounts_.end()) {
    return Refuse("the account has no credential");
  }
  if (!Contains(options_.products, product)) {
    return Refuse("the product is not in the catalogue");
  }
  const std::vector<std::string> days = SigningDays(clock_.WallNow());
  if (!Contains(days, date)) {
    return Refuse(absl::StrCat("by the keeper's clock only keys of ",
                               absl::StrJoin(days, " and "),
                               " are given out; check the clocks"));
  }
  Reread(*found);
  const Credential& credential = found->held.credential;
  const Secret key = tc3::DeriveKey(credential.secret_key, date, product);
  return EncodeFrame(FrameKind::kKey,
                     {credential.secret_id, credential.token, key.Reveal()});
}

void Keeper::Reread(Account& account) const {
  if (account.held.reread == nullptr) return;
  absl::StatusOr<Credential> now = account.held.reread();
  std::string fault;
  if (now.ok()) {
    account.held.credential = *std::move(now);
  } else {
    fault = absl::StrCat(
        "account ", account.held.account,
        " goes on with the credential it had: ", now.status().message());
  }
  if (fault == account.fault) return;
  account.fault = std::move(fault);
  if (options_.diagnose != nullptr && !account.fault.empty()) {
    options_.diagnose(account.fault);
  }
}

std::string Keeper::AnswerPair() const {
  if (!options_.sandbox_pair.has_value()) {
    return Refuse("there is no sandbox, and no other key is given out whole");
  }
  return EncodeFrame(FrameKind::kPair,
                     {options_.sandbox_pair->secret_id,
                      options_.sandbox_pair->secret_key.Reveal()});
}

}  // namespace tcgate
