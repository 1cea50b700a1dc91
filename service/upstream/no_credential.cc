#include "service/upstream/no_credential.h"

#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

Outcome Make(const Account& account, const Product& product,
             const std::string& date, absl::string_view why) {
  Outcome outcome = Refusal(
      absl::StatusCode::kInternal, reason::kNoCredential,
      absl::StrCat("account `", account.name, "` has no key that signs for `",
                   product.code, "` on ", date, " (UTC): ", why));
  outcome.metadata = {
      {"account", account.name}, {"product", product.code}, {"date", date}};
  return outcome;
}

}  // namespace

Outcome NoCredential(const Account& account, const Product& product,
                     const std::string& date) {
  return Make(account, product, date,
              "its credential is missing, or the clock of this machine is "
              "wrong");
}

Outcome ClockTooWrong(const Account& account, const Product& product,
                      const std::string& date, std::chrono::seconds ahead) {
  Outcome outcome =
      Make(account, product, date,
           absl::StrCat("that is the day by the vendor's clock, and the clock "
                        "of this machine is ",
                        std::chrono::abs(ahead).count(), " s ",
                        ahead.count() > 0 ? "behind" : "ahead of", " it"));
  outcome.metadata.emplace_back("vendor_clock_ahead_s",
                                absl::StrCat(ahead.count()));
  return outcome;
}

}  // namespace tcgate
