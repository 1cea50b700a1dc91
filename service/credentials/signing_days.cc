#include "service/credentials/signing_days.h"

#include <chrono>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "service/signing/tc3.h"

namespace tcgate {
namespace {

constexpr std::chrono::minutes kMargin(15);

std::string Day(WallTime time) {
  return tc3::Date(std::chrono::floor<std::chrono::seconds>(time)
                       .time_since_epoch()
                       .count());
}

}  // namespace

std::vector<std::string> SigningDays(WallTime now) {
  std::vector<std::string> days = {Day(now)};
  for (const WallTime other : {now + kMargin, now - kMargin}) {
    std::string day = Day(other);
    if (day != days.front()) days.push_back(std::move(day));
  }
  return days;
}

std::optional<WallTime> SigningEnd(absl::string_view day) {
  absl::CivilDay parsed;
  if (!absl::ParseCivilTime(day, &parsed)) return std::nullopt;
  const absl::Time midnight = absl::FromCivil(parsed + 1, absl::UTCTimeZone());
  return absl::ToChronoTime(midnight) + kMargin;
}

}  // namespace tcgate
