#ifndef TCGATE_SERVICE_CODEC_EMPTY_LISTS_H_
#define TCGATE_SERVICE_CODEC_EMPTY_LISTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/codec/message_table.h"

namespace tcgate {

// A member on the way to lists that are to be sent although they are empty.
struct EmptyList {
  const Member* member = nullptr;
  bool here = false;             // The member itself is such a list.
  std::vector<EmptyList> below;  // Within it, by member.
};

// Members of one message, in the order of their numbers.
using EmptyLists = std::vector<EmptyList>;

// Adds the list at `path`, such as `Filter.Tags`. False if it names no list.
bool AddEmptyList(const MessageTable& table, absl::string_view path,
                  EmptyLists& lists);

// Returns the lists within `member`; none if it is not on the way to one.
const EmptyLists& Below(const EmptyLists& lists, const Member& member);

// Whether an absent member has to be sent for the sake of a list in it. A list
// of messages has not: it has no element that could hold one.
bool SentIfAbsent(const EmptyList& list);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_EMPTY_LISTS_H_
