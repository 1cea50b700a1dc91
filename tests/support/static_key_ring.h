#ifndef TCGATE_TESTS_SUPPORT_STATIC_KEY_RING_H_
#define TCGATE_TESTS_SUPPORT_STATIC_KEY_RING_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "service/base/mutex.h"
#include "service/credentials/credential.h"
#include "service/credentials/key_ring.h"
#include "service/signing/tc3.h"

namespace tcgate {

// A key ring that holds the long-term key itself and derives what is asked for,
// whatever the account, product and day. Thread-safe.
class StaticKeyRing final : public KeyRing {
 public:
  explicit StaticKeyRing(Credential credential)
      : credential_(std::move(credential)) {}

  std::shared_ptr<const SigningKey> Find(absl::string_view /*account*/,
                                         absl::string_view product,
                                         absl::string_view date) override {
    MutexLock lock(mu_);
    std::shared_ptr<const SigningKey>& key =
        keys_[{std::string(product), std::string(date)}];
    if (key == nullptr) {
      key = std::make_shared<const SigningKey>(
          SigningKey{credential_.secret_id, std::string(date),
                     std::string(product), credential_.token,
                     tc3::DeriveKey(credential_.secret_key, date, product)});
    }
    return key;
  }

  // There is never another key.
  std::uint64_t Refresh(absl::string_view /*account*/) override { return 0; }
  std::uint64_t Refreshed(absl::string_view /*account*/) override { return 0; }

 private:
  const Credential credential_;
  Mutex mu_;
  std::map<std::pair<std::string, std::string>,
           std::shared_ptr<const SigningKey>>
      keys_ ABSL_GUARDED_BY(mu_);
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_SUPPORT_STATIC_KEY_RING_H_
