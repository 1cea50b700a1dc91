#include "service/gateway/admission.h"

namespace tcgate {

bool Admission::TryEnter(std::size_t bytes) {
  const int calls = calls_.fetch_add(1, std::memory_order_relaxed) + 1;
  const std::size_t held = bytes_.fetch_add(bytes, std::memory_order_relaxed);
  if (calls <= max_calls_ && (held == 0 || held + bytes <= max_bytes_)) {
    return true;
  }
  Leave(bytes);
  return false;
}

void Admission::Leave(std::size_t bytes) {
  bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  calls_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace tcgate
