#ifndef TCGATE_SERVICE_BASE_CLOSEST_H_
#define TCGATE_SERVICE_BASE_CLOSEST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace tcgate {

// Returns the candidate that `word` is most likely a misspelling of, or an
// empty view if none is near. Letter case does not count; the first of equally
// near ones wins. The result views the candidate.
absl::string_view Closest(absl::string_view word,
                          const std::vector<absl::string_view>& candidates);

// Returns `; did you mean X?` for the end of a message, or nothing if no
// candidate is near.
std::string DidYouMean(absl::string_view word,
                       const std::vector<absl::string_view>& candidates);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_CLOSEST_H_
