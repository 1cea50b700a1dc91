#include "tests/catalog/compile.h"

#include "absl/strings/string_view.h"
#include "google/protobuf/compiler/importer.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/descriptor_database.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "gtest/gtest.h"
#include "service/catalog/catalog.h"

namespace tcgate {
namespace {

namespace proto = google::protobuf;

// A source tree of one file.
class OneFile final : public proto::compiler::SourceTree {
 public:
  OneFile(const std::string& name, const std::string& source)
      : name_(name), source_(source) {}

  proto::io::ZeroCopyInputStream* Open(const std::string& name) override {
    if (name != name_) return nullptr;
    return new proto::io::ArrayInputStream(source_.data(),
                                           static_cast<int>(source_.size()));
  }

 private:
  const std::string& name_;
  const std::string& source_;
};

class FailTest final : public proto::compiler::MultiFileErrorCollector {
 public:
  void AddError(const std::string& file, int line, int,
                const std::string& message) override {
    ADD_FAILURE() << file << ":" << line + 1 << ": " << message;
  }
};

void AddWithImports(const proto::FileDescriptor& file,
                    proto::FileDescriptorSet& set) {
  for (const proto::FileDescriptorProto& known : set.file()) {
    if (known.name() == file.name()) return;
  }
  for (int i = 0; i < file.dependency_count(); ++i) {
    AddWithImports(*file.dependency(i), set);
  }
  proto::FileDescriptorProto& added = *set.add_file();
  file.CopyTo(&added);
  file.CopyJsonNameTo(&added);
  file.CopySourceCodeInfoTo(&added);
}

}  // namespace

std::string Compile(const std::string& file_name, const std::string& source) {
  proto::FileDescriptorSet shipped;
  const absl::string_view bytes = EmbeddedDescriptors();
  EXPECT_TRUE(
      shipped.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  proto::SimpleDescriptorDatabase imports;
  for (const proto::FileDescriptorProto& file : shipped.file()) {
    imports.Add(file);
  }

  OneFile tree(file_name, source);
  FailTest fail;
  proto::compiler::SourceTreeDescriptorDatabase sources(&tree, &imports);
  sources.RecordErrorsTo(&fail);
  proto::DescriptorPool pool(&sources, sources.GetValidationErrorCollector());
  const proto::FileDescriptor* file = pool.FindFileByName(file_name);
  if (file == nullptr) {
    ADD_FAILURE() << file_name << " does not compile";
    return "";
  }
  proto::FileDescriptorSet set;
  AddWithImports(*file, set);
  return set.SerializeAsString();
}

}  // namespace tcgate
