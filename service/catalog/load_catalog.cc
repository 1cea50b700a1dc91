#include "service/catalog/load_catalog.h"

#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.pb.h"
#include "service/base/read_file.h"

namespace tcgate {
namespace {

// Many a text passes for a protobuf message: there must be a file, named.
bool IsDescriptorSet(const std::string& bytes) {
  google::protobuf::FileDescriptorSet set;
  return set.ParseFromString(bytes) && set.file_size() > 0 &&
         !set.file(0).name().empty();
}

absl::StatusOr<std::string> Read(const std::string& path) {
  absl::StatusOr<std::string> bytes = ReadFile(path);
  if (bytes.ok() && !IsDescriptorSet(*bytes)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": no descriptor set; protoc --include_imports ",
        "--include_source_info --descriptor_set_out=FILE writes one"));
  }
  return bytes;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Catalog>> LoadCatalog(
    const std::vector<std::string>& files) {
  std::vector<std::string> contents;
  std::vector<std::string> faults;
  for (const std::string& file : files) {
    absl::StatusOr<std::string> bytes = Read(file);
    if (bytes.ok()) {
      contents.push_back(*std::move(bytes));
    } else {
      faults.emplace_back(bytes.status().message());
    }
  }
  if (!faults.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  }
  std::vector<absl::string_view> sets = {EmbeddedDescriptors()};
  sets.insert(sets.end(), contents.begin(), contents.end());
  return Catalog::Build(sets);
}

std::vector<std::string> ShippedProducts() {
  const auto shipped = Catalog::Build({EmbeddedDescriptors()});
  if (!shipped.ok()) return {};  // Then no catalogue can be built, either.
  std::set<std::string> codes;   // A product may be there in two versions.
  for (const Product& product : (*shipped)->products()) {
    codes.insert(product.code);
  }
  return {codes.begin(), codes.end()};
}

}  // namespace tcgate
