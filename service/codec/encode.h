#ifndef TCGATE_SERVICE_CODEC_ENCODE_H_
#define TCGATE_SERVICE_CODEC_ENCODE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/base/outcome.h"
#include "service/codec/table.h"

namespace tcgate {

struct EncodeOptions {
  // Longest JSON to make, in bytes. The vendor takes 10 MiB.
  std::size_t max_bytes = 10 << 20;
  // Paths of lists to send as `[]` although they are empty, which the wire
  // cannot say: `Filter.Tags`, by the API's names, dots descend. A path through
  // a list of messages holds for each of its elements; a message on the way
  // that is not set is sent for the sake of the list. A list that is not empty
  // is sent as it is.
  std::vector<std::string> empty_lists;
};

// Turns protobuf wire bytes into canonical Tencent JSON, straight, and appends
// it to `json`: members in the order of their numbers, no white space, 64-bit
// integers as bare numbers, doubles in the shortest form that reads back the
// same. Unset members are left out. The last of a repeated scalar wins and
// repeated message fields merge, as protobuf demands; equal messages give equal
// bytes. Thread-safe.
//
// Fails, with `ran` no and the path of the field in `violations`:
//   INVALID_ARGUMENT, INVALID_REQUEST    malformed wire, invalid UTF-8, NaN or
//                                        infinity, bytes (the API takes those
//                                        in multipart requests alone), over 100
//                                        levels deep, or an empty-list path
//                                        that names no list
//   INVALID_ARGUMENT, UNKNOWN_FIELD      a field number that the catalogue does
//                                        not know, `Filter.17`: dropping it
//                                        would change a write in silence
//   RESOURCE_EXHAUSTED, REQUEST_TOO_LARGE  more than `max_bytes`; the field is
//                                        the one that passed the limit
// On failure `json` is unspecified.
Outcome EncodeJson(const MessageTable& table, absl::string_view wire,
                   const EncodeOptions& options, std::string& json);

// Returns the texts and whole numbers of the members marked `sensitive`, and of
// all members within one, anywhere in `wire`, for masking them in messages;
// nothing for wire that does not parse.
std::vector<std::string> SensitiveValues(const MessageTable& table,
                                         absl::string_view wire);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_ENCODE_H_
