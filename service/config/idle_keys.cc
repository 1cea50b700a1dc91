#include "service/config/idle_keys.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {

namespace pb = ::tcgate::config::v1;

std::string IdleKeys(const pb::Config& config) {
  std::set<std::string> shares;  // A map of protobuf has no order.
  for (const auto& [name, account] : config.accounts()) {
    if (account.share() != 1) {
      shares.insert(absl::StrCat("accounts.", name, ".share"));
    }
  }
  std::vector<std::string> keys(shares.begin(), shares.end());
  for (int i = 0; i < config.callers_size(); ++i) {
    if (config.callers(i).weight() != 1) {
      keys.push_back(absl::StrCat("callers[", i, "].weight"));
    }
  }
  constexpr std::int64_t kDefaultBytes = std::int64_t{128} << 20;
  if (config.cache().bytes() != kDefaultBytes) keys.push_back("cache.bytes");
  if (!config.cache().ttl().empty()) keys.push_back("cache.ttl");
  return absl::StrJoin(keys, ", ");
}

}  // namespace tcgate
