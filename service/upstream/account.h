#ifndef TCGATE_SERVICE_UPSTREAM_ACCOUNT_H_
#define TCGATE_SERVICE_UPSTREAM_ACCOUNT_H_

#include <cstddef>
#include <string>
#include <vector>

namespace tcgate {

// Which of the vendor's two sites an account belongs to. A call never crosses.
enum class Site { kMainland, kInternational };

// A named credential source with where and how its calls go. Immutable after
// start; outlives every call. Holds no secret: see credentials/key_ring.h.
struct Account {
  std::string name;
  std::size_t index = 0;  // Dense, from 0: for tables beside the accounts.
  Site site = Site::kInternational;
  std::string region;  // Sent where a call names none. May be empty.
  std::string language = "en-US";  // Of the vendor's messages.
  // Overrides the host from site and product, for every product. Empty: none.
  // `https://host[:port]`, or `http` for loopback only.
  std::string endpoint_url;
  std::string ca_file;  // PEM for the endpoint. Empty: the system's.
  // Where calls go, in this order, while the first host is out of order. Of
  // the form of `endpoint_url`, and verified as that is; a host of the same
  // site. `{product}` stands for the product's code. Empty: nowhere else.
  std::vector<std::string> failover_urls;
  // Accounts of one group share the vendor's limits. Never empty after start.
  std::string quota_group;
  double share = 1;  // Of the vendor's limits; over 0, at most 1.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_ACCOUNT_H_
