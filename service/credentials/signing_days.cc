#include "service/credentials/signing_days.h"

#include <chrono>
#include <utility>

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

}  // namespace tcgate
