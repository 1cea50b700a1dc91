#ifndef TCGATE_SERVICE_CATALOG_DESCRIPTOR_SETS_H_
#define TCGATE_SERVICE_CATALOG_DESCRIPTOR_SETS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace google::protobuf {
class DescriptorPool;
class FileDescriptor;
}  // namespace google::protobuf

namespace tcgate {

// What is wrong with the descriptors, each naming the file or the method.
using Faults = std::vector<std::string>;

// Builds every file of serialized FileDescriptorSets in `pool` and returns
// them, in the order of the sets. A file follows its imports in a set, as
// protoc and buf write it.
//
// A file that several sets hold is built once, and is a fault unless it is the
// same in each; source positions and comments do not count. Of files under
// google/protobuf/ the first is taken whatever the others say: each compiler
// brings its own edition, and all of them are compatible.
std::vector<const google::protobuf::FileDescriptor*> BuildFiles(
    const std::vector<absl::string_view>& descriptor_sets,
    google::protobuf::DescriptorPool& pool, Faults& faults);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CATALOG_DESCRIPTOR_SETS_H_
