#ifndef TCGATE_SERVICE_CATALOG_CATALOG_H_
#define TCGATE_SERVICE_CATALOG_CATALOG_H_

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "service/catalog/action.h"

namespace google::protobuf {
class DescriptorPool;
class ServiceDescriptor;
}  // namespace google::protobuf

namespace tcgate {

// The actions this gateway knows, read from descriptors. Adding a product is
// adding a .proto file: nothing in the C++ names one. Immutable, thread-safe.
class Catalog {
 public:
  // Reads every service of serialized FileDescriptorSets, as written by
  //   protoc --include_imports --include_source_info --descriptor_set_out=F
  // A file that several sets hold must be the same in each, but for comments
  // and for google/protobuf/, of which the first is taken.
  //
  // Fails with kInvalidArgument on what a deployment must not start with. All
  // faults are in one message, a line each that names the method, service or
  // file:
  // - a service that names no product;
  // - client streaming; server streaming that is not marked `sse`, or the
  //   reverse;
  // - a TTL on what is not a read, or is a stream;
  // - a limit with a period but no calls;
  // - a time that is negative or finer than a millisecond;
  // - an effect newer than this build;
  // - two actions with one label;
  // - a file that does not build, as when an import is missing.
  static absl::StatusOr<std::unique_ptr<const Catalog>> Build(
      const std::vector<absl::string_view>& descriptor_sets);

  ~Catalog();

  // Returns the action of a gRPC path, `/package.Service/Method`, or null.
  const Action* Find(absl::string_view path) const;

  // Returns the action of a label, `product.Action`, or null.
  const Action* FindLabel(absl::string_view label) const;

  // In the order of the descriptor sets; `actions()[i].index == i`. Addresses
  // are stable.
  const std::deque<Action>& actions() const { return actions_; }
  const std::deque<Product>& products() const { return products_; }

  // The pool that every descriptor of the catalogue lives in, for reflection.
  const google::protobuf::DescriptorPool& pool() const;

 private:
  struct Parts;
  Catalog();
  void Add(const google::protobuf::ServiceDescriptor& service,
           std::vector<std::string>& faults);

  std::unique_ptr<Parts> parts_;
  std::deque<Product> products_;
  std::deque<Action> actions_;
};

// The descriptor set of `proto/`, built into the program.
absl::string_view EmbeddedDescriptors();

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CATALOG_CATALOG_H_
