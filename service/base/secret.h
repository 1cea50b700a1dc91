#ifndef TCGATE_SERVICE_BASE_SECRET_H_
#define TCGATE_SERVICE_BASE_SECRET_H_

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace tcgate {

// Holds a secret and wipes it when destroyed. Moves, and never copies; does not
// compile into a stream. `Reveal` is the only reader, so that
// `grep -rn 'Reveal('` is the whole audit. Not thread-safe to move; reading is.
class Secret {
 public:
  // An empty secret, for what has none.
  Secret() = default;
  explicit Secret(absl::string_view value)
      : bytes_(value.begin(), value.end()) {}
  ~Secret() { Wipe(); }

  // A vector, not a string: moving a short string would leave its bytes behind.
  Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) {}
  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    Wipe();
    bytes_ = std::move(other.bytes_);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  // Makes a second holder of the same secret: deliberate, and searchable.
  Secret Clone() const { return Secret(Reveal()); }

  bool empty() const { return bytes_.empty(); }

  // The view is valid while this object lives. Never store it.
  absl::string_view Reveal() const { return {bytes_.data(), bytes_.size()}; }

  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  void Wipe();

  std::vector<char> bytes_;
};

// Wipes the characters of `text`, its spare capacity included, and empties it:
// for buffers that a secret was read into.
void WipeString(std::string& text);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_SECRET_H_
