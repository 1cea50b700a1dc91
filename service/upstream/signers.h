#ifndef TCGATE_SERVICE_UPSTREAM_SIGNERS_H_
#define TCGATE_SERVICE_UPSTREAM_SIGNERS_H_

#include <map>
#include <memory>
#include <utility>

#include "absl/strings/string_view.h"
#include "service/catalog/action.h"
#include "service/credentials/key_ring.h"
#include "service/signing/tc3.h"
#include "service/upstream/account.h"

namespace tcgate {

// A signing key with the signer made from it.
struct KeyedSigner {
  std::shared_ptr<const SigningKey> key;
  tc3::Signer signer;
};

// A signer for each account and product, kept until the key ring gives another
// key: at midnight UTC and when a credential is rotated. Not thread-safe.
class Signers {
 public:
  // `keys` must outlive this object.
  explicit Signers(KeyRing& keys) : keys_(keys) {}

  // Returns the signer for the UTC day `date`, or null if there is no key. It
  // is valid until the next call. The arguments must outlive this object.
  KeyedSigner* Find(const Account& account, const Product& product,
                    absl::string_view date);

 private:
  using Key = std::pair<const Account*, const Product*>;
  KeyRing& keys_;
  std::map<Key, KeyedSigner> signers_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_SIGNERS_H_
