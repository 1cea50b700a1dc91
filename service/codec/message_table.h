#ifndef TCGATE_SERVICE_CODEC_MESSAGE_TABLE_H_
#define TCGATE_SERVICE_CODEC_MESSAGE_TABLE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace tcgate {

struct MessageTable;

// Messages within messages that the codec follows, either way. The default of
// protobuf's own parsers, so that what passes here can be read there.
inline constexpr int kMaxDepth = 100;

// What a value is.
enum class Kind : std::uint8_t {
  kSigned,
  kUnsigned,
  kBool,
  kFloat,
  kDouble,
  kString,
  kBytes,
  kMessage,
};

// How a value lies on the wire; the numbers are protobuf's.
enum class WireType : std::uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kLength = 2,
  kFixed32 = 5,
};

// One member of a message.
struct Member {
  std::string name;        // As the API spells it.
  std::string quoted_key;  // `"Name":`, to copy into JSON.
  std::uint32_t number = 0;
  std::uint16_t index = 0;  // Place among the members of the message.
  Kind kind = Kind::kSigned;
  WireType wire = WireType::kVarint;  // Of one value.
  bool narrow = false;                // 32 bits wide.
  bool zigzag = false;                // sint32, sint64.
  bool repeated = false;
  bool sensitive = false;
  std::uint8_t tag_size = 0;
  char tag[5] = {};                       // As written; of a packed list where
                                          // the member is one.
  const MessageTable* message = nullptr;  // Set if kind is kMessage.

  // Whether a list of it is written packed.
  bool packed() const { return repeated && wire != WireType::kLength; }
};

// The members of a message, to be found by number and by name.
//
// Immutable but for `followers`; thread-safe.
struct MessageTable {
  std::vector<Member> members;  // By number.
  absl::flat_hash_map<absl::string_view, const Member*> by_name;
  // By the name in lower case. Null where two names differ only in case.
  absl::flat_hash_map<std::string, const Member*> by_folded_name;

  // followers[0] is the member that came first in the object seen last, and
  // followers[i + 1] the one that came after member i. Replies keep their
  // order, so a name is mostly compared with one guess. A hint only: any value
  // below members.size() is right, whichever thread wrote it.
  std::unique_ptr<std::atomic<std::uint16_t>[]> followers;

  // Both return null if there is none. `guess` is tried first.
  const Member* FindNumber(std::uint32_t number, std::size_t guess) const;
  const Member* FindName(absl::string_view name) const;

  // Returns the one member whose name differs at most in case; null if there
  // are none or several.
  const Member* FindFolded(absl::string_view name) const;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_MESSAGE_TABLE_H_
