#ifndef TCGATE_SERVICE_SANDBOX_TIME_SERIES_H_
#define TCGATE_SERVICE_SANDBOX_TIME_SERIES_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace tcgate {

// A part of a period, Unix seconds; `end` is the start of the next.
struct Interval {
  std::int64_t start = 0;
  std::int64_t end = 0;
};

// Cuts [start, end) into calendar hours, days or months (UTC), in order. Of
// more than 24 only the last 24 are returned; a negative or backward period has
// none.
std::vector<Interval> CutIntoIntervals(absl::string_view unit,
                                       std::int64_t start, std::int64_t end);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_TIME_SERIES_H_
