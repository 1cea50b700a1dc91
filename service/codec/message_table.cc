#include "service/codec/message_table.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace tcgate {

const Member* MessageTable::FindNumber(std::uint32_t number,
                                       std::size_t guess) const {
  if (guess < members.size() && members[guess].number == number) {
    return &members[guess];
  }
  const auto found =
      std::lower_bound(members.begin(), members.end(), number,
                       [](const Member& member, std::uint32_t wanted) {
                         return member.number < wanted;
                       });
  if (found == members.end() || found->number != number) return nullptr;
  return &*found;
}

const Member* MessageTable::FindName(absl::string_view name) const {
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

const Member* MessageTable::FindFolded(absl::string_view name) const {
  const auto found = by_folded_name.find(absl::AsciiStrToLower(name));
  return found == by_folded_name.end() ? nullptr : found->second;
}

}  // namespace tcgate
