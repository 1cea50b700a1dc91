#include "service/upstream/signers.h"

namespace tcgate {

KeyedSigner* Signers::Find(const Account& account, const Product& product,
                           absl::string_view date) {
  std::shared_ptr<const SigningKey> key =
      keys_.Find(account.name, product.code, date);
  if (key == nullptr) return nullptr;

  const Key id(&account, &product);
  const auto found = signers_.find(id);
  // The kept key holds its address, so that an equal one is the same key.
  if (found != signers_.end() && found->second.key == key) {
    return &found->second;
  }
  tc3::Signer signer(key->secret_id, key->date, key->product, key->key);
  KeyedSigner fresh{std::move(key), std::move(signer)};
  return &signers_.insert_or_assign(id, std::move(fresh)).first->second;
}

}  // namespace tcgate
