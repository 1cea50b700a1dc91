#ifndef TCGATE_SERVICE_REPLIES_REPLY_REQUEST_H_
#define TCGATE_SERVICE_REPLIES_REPLY_REQUEST_H_

#include <chrono>
#include <optional>

#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/catalog/action.h"
#include "service/upstream/account.h"

namespace tcgate {

// What a caller asks of the store: `tcgate-cache-control`.
struct CacheControl {
  bool no_cache = false;        // Nothing that was asked for before this call.
  bool only_if_cached = false;  // Nothing that costs an attempt.
  // Nothing older. Zero: nothing stored at all. Absent: any age will do.
  std::optional<std::chrono::seconds> max_age;

  // Whether a stored reply of this age will do.
  bool Takes(std::chrono::nanoseconds age) const {
    if (no_cache) return false;
    return !max_age.has_value() ||
           (*max_age > std::chrono::seconds::zero() && age <= *max_age);
  }
};

// Everything that tells two reads apart, and how this one wants its answer.
// Refers to what its maker owns; nothing is kept beyond the call it is given
// to. Action and account must outlive every reply.
struct ReplyRequest {
  const Action* action = nullptr;
  const Account* account = nullptr;
  absl::string_view region;    // As sent upstream. May be empty.
  absl::string_view language;  // As sent upstream.
  absl::string_view body;      // Canonical JSON.
  // Of the call, or of a refresh: the deadline of a flight that it begins, for
  // as long as nobody waits for it.
  MonoTime deadline;
  CacheControl control;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_REPLIES_REPLY_REQUEST_H_
