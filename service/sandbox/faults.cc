#include "service/sandbox/faults.h"

#include "service/base/glob.h"

namespace tcgate {

void FaultPlan::Replace(const std::vector<Fault>& faults) {
  entries_.clear();
  for (const Fault& fault : faults) {
    entries_.push_back({fault, std::mt19937_64(fault.seed)});
  }
}

std::vector<Fault> FaultPlan::InForce() const {
  std::vector<Fault> faults;
  for (const Entry& entry : entries_) {
    if (entry.fault.times != 0U) faults.push_back(entry.fault);
  }
  return faults;
}

const Fault* FaultPlan::Draw(absl::string_view label) {
  for (auto& [fault, generator] : entries_) {
    if (fault.times == 0U || !GlobMatches(fault.match, label)) continue;
    // Not std::uniform_real_distribution, whose draws differ between libraries.
    const double draw = static_cast<double>(generator() >> 11) * 0x1p-53;
    if (draw >= fault.share) continue;
    if (fault.times.has_value()) --*fault.times;
    return &fault;
  }
  return nullptr;
}

}  // namespace tcgate
