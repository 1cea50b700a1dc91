#include "service/codec/empty_lists.h"

#include <algorithm>

namespace tcgate {

bool AddEmptyList(const MessageTable& table, absl::string_view path,
                  EmptyLists& lists) {
  const std::size_t dot = path.find('.');
  const Member* member = table.FindName(path.substr(0, dot));
  if (member == nullptr) return false;
  const bool last = dot == absl::string_view::npos;
  if (last ? !member->repeated : member->message == nullptr) return false;

  auto place = std::lower_bound(lists.begin(), lists.end(), member->index,
                                [](const EmptyList& list, std::uint16_t index) {
                                  return list.member->index < index;
                                });
  if (place == lists.end() || place->member != member) {
    place = lists.insert(place, EmptyList{member, false, {}});
  }
  if (last) {
    place->here = true;
    return true;
  }
  return AddEmptyList(*member->message, path.substr(dot + 1), place->below);
}

const EmptyLists& Below(const EmptyLists& lists, const Member& member) {
  static const EmptyLists kNone;
  for (const EmptyList& list : lists) {
    if (list.member == &member) return list.below;
  }
  return kNone;
}

bool SentIfAbsent(const EmptyList& list) {
  if (list.here) return true;
  if (list.member->repeated) return false;
  return std::any_of(list.below.begin(), list.below.end(), SentIfAbsent);
}

}  // namespace tcgate
