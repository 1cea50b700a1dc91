#include "service/catalog/descriptor_sets.h"

#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

namespace tcgate {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

class FaultCollector final : public DescriptorPool::ErrorCollector {
 public:
  explicit FaultCollector(Faults& faults) : faults_(faults) {}

  void AddError(const std::string& file, const std::string& element,
                const google::protobuf::Message*, ErrorLocation,
                const std::string& message) override {
    faults_.push_back(absl::StrCat(file, ": ", element, ": ", message));
  }

 private:
  Faults& faults_;
};

bool Parse(absl::string_view bytes, FileDescriptorSet& set) {
  return bytes.size() <= std::numeric_limits<int>::max() &&
         set.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

std::vector<const FileDescriptor*> BuildFiles(
    const std::vector<absl::string_view>& descriptor_sets, DescriptorPool& pool,
    Faults& faults) {
  FaultCollector collector(faults);
  std::vector<const FileDescriptor*> files;
  absl::flat_hash_map<std::string, std::string> seen;  // By name, to compare.
  for (std::size_t i = 0; i < descriptor_sets.size(); ++i) {
    FileDescriptorSet set;
    if (!Parse(descriptor_sets[i], set)) {
      faults.push_back(
          absl::StrCat("descriptor set ", i + 1, ": not a FileDescriptorSet"));
      continue;
    }
    for (FileDescriptorProto& proto : *set.mutable_file()) {
      FileDescriptorProto bare = proto;
      bare.clear_source_code_info();
      const auto [known, is_new] =
          seen.emplace(proto.name(), bare.SerializeAsString());
      if (!is_new) {
        if (!absl::StartsWith(proto.name(), "google/protobuf/") &&
            known->second != bare.SerializeAsString()) {
          faults.push_back(absl::StrCat(
              proto.name(), ": differs from the file of that name in an ",
              "earlier descriptor set"));
        }
        continue;
      }
      if (const FileDescriptor* file =
              pool.BuildFileCollectingErrors(proto, &collector)) {
        files.push_back(file);
      }
    }
  }
  return files;
}

}  // namespace tcgate
