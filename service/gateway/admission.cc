#include "service/gateway/admission.h"

#include <utility>

#include "absl/hash/hash.h"

namespace tcgate {

Admission::Pass::Pass(Admission& admission, ByteHold held)
    : admission_(&admission), held_(std::move(held)) {}

Admission::Pass::Pass(Pass&& other) noexcept
    : admission_(std::exchange(other.admission_, nullptr)),
      held_(std::move(other.held_)),
      caller_(std::move(other.caller_)),
      caller_bytes_(other.caller_bytes_) {}

Admission::Pass& Admission::Pass::operator=(Pass&& other) noexcept {
  std::swap(admission_, other.admission_);
  std::swap(held_, other.held_);
  std::swap(caller_, other.caller_);
  std::swap(caller_bytes_, other.caller_bytes_);
  return *this;
}

Admission::Pass::~Pass() {
  if (admission_ == nullptr) return;
  if (!caller_.empty()) admission_->LeaveAs(caller_, caller_bytes_);
  admission_->calls_.fetch_sub(1, std::memory_order_relaxed);
}

Admission::Admission(Bounds bounds, ByteBudget& bytes)
    : bounds_(bounds), bytes_(bytes) {}

std::variant<Admission::Pass, Admission::Full> Admission::TryEnter(
    const std::string& caller, std::size_t bytes) {
  if (calls_.fetch_add(1, std::memory_order_relaxed) >= bounds_.calls) {
    calls_.fetch_sub(1, std::memory_order_relaxed);
    return Full{"limits.calls_in_flight"};
  }
  Pass pass(*this, ByteHold(&bytes_));
  if (!pass.held_.GrowTo(bytes)) return Full{"limits.bytes_in_flight"};
  if (bounds_.caller_calls > 0 || bounds_.caller_bytes > 0) {
    if (const char* key = TryEnterAs(caller, bytes)) return Full{key};
    pass.caller_ = caller;
    pass.caller_bytes_ = bytes;
  }
  return pass;
}

const char* Admission::TryEnterAs(const std::string& caller,
                                  std::size_t bytes) {
  Shard& shard = ShardOf(caller);
  MutexLock lock(shard.mu);
  InFlight& now = shard.callers[caller];
  const char* full = nullptr;
  if (bounds_.caller_calls > 0 && now.calls >= bounds_.caller_calls) {
    full = "limits.caller_calls_in_flight";
  } else if (bounds_.caller_bytes > 0 &&
             now.bytes + bytes > bounds_.caller_bytes) {
    full = "limits.caller_bytes_in_flight";
  } else {
    ++now.calls;
    now.bytes += bytes;
  }
  if (now.calls == 0) shard.callers.erase(caller);
  return full;
}

void Admission::LeaveAs(const std::string& caller, std::size_t bytes) {
  Shard& shard = ShardOf(caller);
  MutexLock lock(shard.mu);
  const auto found = shard.callers.find(caller);
  found->second.bytes -= bytes;
  if (--found->second.calls == 0) shard.callers.erase(found);
}

Admission::Shard& Admission::ShardOf(const std::string& caller) {
  return shards_[absl::Hash<std::string>{}(caller) % shards_.size()];
}

}  // namespace tcgate
