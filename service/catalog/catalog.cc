#include "service/catalog/catalog.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/descriptor.h"
#include "service/catalog/descriptor_sets.h"
#include "service/catalog/read_options.h"

namespace tcgate {
namespace {

// Keys are views of the action that they map to.
using Index = absl::flat_hash_map<absl::string_view, const Action*>;

const Action* FindIn(const Index& index, absl::string_view key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace

struct Catalog::Parts {
  google::protobuf::DescriptorPool pool;
  Index by_path;
  Index by_label;
};

Catalog::Catalog() : parts_(std::make_unique<Parts>()) {}
Catalog::~Catalog() = default;

absl::StatusOr<std::unique_ptr<const Catalog>> Catalog::Build(
    const std::vector<absl::string_view>& descriptor_sets) {
  std::unique_ptr<Catalog> catalog(new Catalog);
  Faults faults;
  for (const auto* file :
       BuildFiles(descriptor_sets, catalog->parts_->pool, faults)) {
    for (int i = 0; i < file->service_count(); ++i) {
      catalog->Add(*file->service(i), faults);
    }
  }
  if (!faults.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  }
  return std::unique_ptr<const Catalog>(std::move(catalog));
}

void Catalog::Add(const google::protobuf::ServiceDescriptor& service,
                  Faults& faults) {
  Product read = ReadProduct(service, faults);
  const bool taken = std::any_of(
      products_.begin(), products_.end(),
      [&read](const Product& earlier) { return earlier.code == read.code; });
  read.label = taken ? absl::StrCat(read.code, "@", read.version) : read.code;
  const Product& product = products_.emplace_back(std::move(read));
  for (int i = 0; i < service.method_count(); ++i) {
    Action& action =
        actions_.emplace_back(ReadAction(*service.method(i), product, faults));
    action.index = actions_.size() - 1;
    parts_->by_path.emplace(action.path, &action);
    const auto [same, is_new] = parts_->by_label.emplace(action.label, &action);
    if (!is_new) {
      faults.push_back(absl::StrCat(service.method(i)->full_name(), ": label ",
                                    action.label, " is taken by ",
                                    same->second->path));
    }
  }
}

const Action* Catalog::Find(absl::string_view path) const {
  return FindIn(parts_->by_path, path);
}

const Action* Catalog::FindLabel(absl::string_view label) const {
  return FindIn(parts_->by_label, label);
}

const google::protobuf::DescriptorPool& Catalog::pool() const {
  return parts_->pool;
}

}  // namespace tcgate
