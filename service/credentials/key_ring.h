#ifndef TCGATE_SERVICE_CREDENTIALS_KEY_RING_H_
#define TCGATE_SERVICE_CREDENTIALS_KEY_RING_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "service/base/secret.h"

namespace tcgate {

// What signs requests of one account, product and day. It cannot be turned
// into the long-term key, nor into the key of another day or product.
struct SigningKey {
  std::string secret_id;
  std::string date;     // UTC, `2022-01-01`.
  std::string product;  // Such as the first label of the product's host.
  std::string token;    // Of a temporary credential; usually empty.
  Secret key;           // 32 bytes, as tc3::DeriveKey makes them.
};

// Where the path finds signing keys. Thread-safe, never blocks.
class KeyRing {
 public:
  virtual ~KeyRing() = default;

  // Returns the key of `account` for `product` on the UTC day `date`, or null
  // if there is none: the account has no credential now, or the day is not one
  // that the keeper gives out because a clock is wrong.
  virtual std::shared_ptr<const SigningKey> Find(absl::string_view account,
                                                 absl::string_view product,
                                                 absl::string_view date) = 0;

  // Asks for the keys of `account` anew, since the vendor refuses one. Returns
  // the number of the refresh that will have them: it is over, successful or
  // not, once `Refreshed` has reached it, which at most takes a second and what
  // asking takes. All who ask meanwhile share it. While a refresh fails, the
  // keys stay what they were; a key that has not changed stays the same object.
  virtual std::uint64_t Refresh(absl::string_view account) = 0;
  virtual std::uint64_t Refreshed(absl::string_view account) = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CREDENTIALS_KEY_RING_H_
