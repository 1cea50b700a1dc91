#ifndef TCGATE_SERVICE_TELEMETRY_PER_ACTION_H_
#define TCGATE_SERVICE_TELEMETRY_PER_ACTION_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace tcgate {

// One `T` an action, made when it is first asked for: a catalogue may have
// thousands of actions, of which a deployment calls some dozens. Found without
// a lock. Thread-safe.
//
// `T` is made from `T::Shared&` and the action's label. It may be made twice
// at one time, and one of the two thrown away: making it must not count
// anything.
template <typename T>
class PerAction {
 public:
  using Shared = typename T::Shared;

  // Both must outlive this. `labels[i]` is that of the action of index i; the
  // last is for every index past the end.
  PerAction(Shared& shared, const std::vector<std::string>& labels)
      : shared_(shared), labels_(labels), made_(labels.size()) {}

  ~PerAction() {
    for (std::atomic<T*>& made : made_) delete made.load();
  }

  PerAction(const PerAction&) = delete;
  PerAction& operator=(const PerAction&) = delete;

  T& Of(std::size_t action) {
    const std::size_t index = std::min(action, made_.size() - 1);
    T* made = made_[index].load(std::memory_order_acquire);
    return made != nullptr ? *made : Make(index);
  }

 private:
  T& Make(std::size_t index) {
    auto made = std::make_unique<T>(shared_, labels_[index]);
    T* first = nullptr;
    if (!made_[index].compare_exchange_strong(first, made.get())) return *first;
    return *made.release();
  }

  Shared& shared_;
  const std::vector<std::string>& labels_;
  std::vector<std::atomic<T*>> made_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_PER_ACTION_H_
