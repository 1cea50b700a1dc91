#include "service/sandbox/time_series.h"

#include <algorithm>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace tcgate {
namespace {

constexpr int kMaxIntervals = 24;
// The end of the year 9999: enough, and far from where civil time overflows.
constexpr std::int64_t kMaxSeconds = 253'402'300'800;

template <typename Civil>
std::vector<Interval> Cut(std::int64_t start, std::int64_t end) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  const auto seconds = [&](Civil civil) {
    return absl::ToUnixSeconds(absl::FromCivil(civil, utc));
  };
  const auto civil = [&](std::int64_t unix_seconds) {
    return Civil(absl::ToCivilSecond(absl::FromUnixSeconds(unix_seconds), utc));
  };
  std::vector<Interval> intervals;
  const Civil past = civil(end - 1) + 1;
  for (Civil at = std::max(civil(start), past - kMaxIntervals); at < past;
       ++at) {
    intervals.push_back({seconds(at), seconds(at + 1)});
  }
  return intervals;
}

}  // namespace

std::vector<Interval> CutIntoIntervals(absl::string_view unit,
                                       std::int64_t start, std::int64_t end) {
  end = std::min(end, kMaxSeconds);
  if (start < 0 || start >= end) return {};
  if (unit == "hour") return Cut<absl::CivilHour>(start, end);
  if (unit == "day") return Cut<absl::CivilDay>(start, end);
  return Cut<absl::CivilMonth>(start, end);
}

}  // namespace tcgate
