#ifndef TCGATE_SERVICE_UPSTREAM_ACCOUNT_H_
#define TCGATE_SERVICE_UPSTREAM_ACCOUNT_H_

#include <string>

namespace tcgate {

// Which of the vendor's two sites an account belongs to. A call never crosses.
enum class Site { kMainland, kInternational };

// A named credential source with where and how its calls go. Immutable after
// start; outlives every call. Holds no secret: see credentials/key_ring.h.
struct Account {
  std::string name;
  Site site = Site::kInternational;
  std::string region;  // Sent where a call names none. May be empty.
  std::string language = "en-US";  // Of the vendor's messages.
  // Overrides the host from site and product, for every product. Empty: none.
  // `https://host[:port]`, or `http` for loopback only.
  std::string endpoint_url;
  std::string ca_file;  // PEM for the endpoint. Empty: the system's.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_ACCOUNT_H_
