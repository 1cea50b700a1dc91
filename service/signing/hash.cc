#include "service/signing/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <tuple>

namespace tcgate::tc3 {
namespace {

void Check(bool ok) {
  if (!ok) std::abort();
}

const unsigned char* Data(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// Looking an algorithm up by name costs more than hashing a short text, so each
// is looked up once and never given back.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

EVP_MAC* HmacAlgorithm() {
  static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  return algorithm;
}

}  // namespace

void Sha256::Free::operator()(EVP_MD_CTX* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  Check(context_ != nullptr);
  Check(EVP_DigestInit_ex2(context_.get(), Sha256Algorithm(), nullptr) == 1);
}

Digest Sha256::Of(absl::string_view bytes) {
  Digest digest;
  // Null: the algorithm that the context has.
  Check(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1);
  Check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  Check(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
  return digest;
}

void HmacSha256::Free::operator()(EVP_MAC_CTX* context) const {
  EVP_MAC_CTX_free(context);
}

HmacSha256::HmacSha256(absl::string_view key)
    : context_(EVP_MAC_CTX_new(HmacAlgorithm())) {
  Check(context_ != nullptr);
  char name[] = "SHA256";
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
      OSSL_PARAM_construct_end(),
  };
  Check(EVP_MAC_init(context_.get(), Data(key), key.size(), params) == 1);
}

Digest HmacSha256::Of(absl::string_view bytes) {
  Digest digest;
  std::size_t written = 0;
  // No key: the one that the context has.
  Check(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1);
  Check(EVP_MAC_update(context_.get(), Data(bytes), bytes.size()) == 1);
  Check(EVP_MAC_final(context_.get(), digest.data(), &written, digest.size()) ==
        1);
  return digest;
}

void AppendHex(const Digest& digest, std::string& out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::array<char, 2 * std::tuple_size_v<Digest>> text{};
  std::size_t at = 0;
  for (const unsigned char byte : digest) {
    text[at++] = kDigits[byte >> 4];
    text[at++] = kDigits[byte & 15];
  }
  out.append(text.data(), text.size());
}

}  // namespace tcgate::tc3
