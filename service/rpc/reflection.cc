#include "service/rpc/reflection.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "service/catalog/catalog.h"
#include "service/rpc/message_bytes.h"
#include "service/rpc/raw_service.h"
#include "service/rpc/stream.h"

namespace tcgate {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
namespace pb = grpc::reflection::v1;
namespace pb_alpha = grpc::reflection::v1alpha;

constexpr char kPath[] =
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
constexpr char kAlphaPath[] =
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

// Of what is compiled in, only these are anybody's business.
std::vector<const FileDescriptor*> OwnFiles() {
  return {grpc::health::v1::HealthCheckRequest::descriptor()->file(),
          pb::ServerReflectionRequest::descriptor()->file(),
          pb_alpha::ServerReflectionRequest::descriptor()->file()};
}

// Looks in the catalogue's pool, then among the edge's own files. Each look-up
// returns null if there is no such thing.
class Files {
 public:
  explicit Files(const Catalog& catalog) : pool_(catalog.pool()) {}

  const FileDescriptor* Named(const std::string& name) const {
    if (const auto* file = pool_.FindFileByName(name)) return file;
    return IfOwn(DescriptorPool::generated_pool()->FindFileByName(name));
  }

  const FileDescriptor* With(const std::string& symbol) const {
    if (const auto* file = pool_.FindFileContainingSymbol(symbol)) return file;
    return IfOwn(
        DescriptorPool::generated_pool()->FindFileContainingSymbol(symbol));
  }

  const FileDescriptor* Extending(const std::string& type, int number) const {
    const Descriptor* message = pool_.FindMessageTypeByName(type);
    if (message == nullptr) return nullptr;
    const auto* extension = pool_.FindExtensionByNumber(message, number);
    return extension == nullptr ? nullptr : extension->file();
  }

 private:
  static const FileDescriptor* IfOwn(const FileDescriptor* file) {
    const std::vector<const FileDescriptor*> own = OwnFiles();
    const bool is_own = std::find(own.begin(), own.end(), file) != own.end();
    return is_own ? file : nullptr;
  }

  const DescriptorPool& pool_;
};

void SetError(grpc::StatusCode code, const char* message,
              pb::ServerReflectionResponse& response) {
  pb::ErrorResponse& error = *response.mutable_error_response();
  error.set_error_code(code);
  error.set_error_message(message);
}

// Adds `file` and what it imports, each once. `CopyTo` leaves the comments out
// and keeps `json_name`.
void AddFile(const FileDescriptor& file, std::set<const FileDescriptor*>& seen,
             pb::FileDescriptorResponse& response) {
  if (!seen.insert(&file).second) return;
  google::protobuf::FileDescriptorProto proto;
  file.CopyTo(&proto);
  response.add_file_descriptor_proto(proto.SerializeAsString());
  for (int i = 0; i < file.dependency_count(); ++i) {
    AddFile(*file.dependency(i), seen, response);
  }
}

void SetFile(const FileDescriptor* file,
             pb::ServerReflectionResponse& response) {
  if (file == nullptr) {
    return SetError(grpc::StatusCode::NOT_FOUND, "not found", response);
  }
  std::set<const FileDescriptor*> seen;
  AddFile(*file, seen, *response.mutable_file_descriptor_response());
}

void SetServices(const Catalog& catalog,
                 pb::ServerReflectionResponse& response) {
  pb::ListServiceResponse& list = *response.mutable_list_services_response();
  for (const Product& product : catalog.products()) {
    list.add_service()->set_name(product.service);
  }
  for (const FileDescriptor* file : OwnFiles()) {
    list.add_service()->set_name(file->service(0)->full_name());
  }
}

void SetExtensionNumbers(const DescriptorPool& pool, const std::string& type,
                         pb::ServerReflectionResponse& response) {
  const Descriptor* message = pool.FindMessageTypeByName(type);
  if (message == nullptr) {
    return SetError(grpc::StatusCode::NOT_FOUND, "not found", response);
  }
  auto& numbers = *response.mutable_all_extension_numbers_response();
  numbers.set_base_type_name(type);
  std::vector<const FieldDescriptor*> extensions;
  pool.FindAllExtensions(message, &extensions);
  for (const FieldDescriptor* extension : extensions) {
    numbers.add_extension_number(extension->number());
  }
}

void Fill(const Catalog& catalog, const pb::ServerReflectionRequest& request,
          pb::ServerReflectionResponse& response) {
  using Request = pb::ServerReflectionRequest;
  const Files files(catalog);
  switch (request.message_request_case()) {
    case Request::kFileByFilename:
      return SetFile(files.Named(request.file_by_filename()), response);
    case Request::kFileContainingSymbol:
      return SetFile(files.With(request.file_containing_symbol()), response);
    case Request::kFileContainingExtension: {
      const pb::ExtensionRequest& asked = request.file_containing_extension();
      return SetFile(
          files.Extending(asked.containing_type(), asked.extension_number()),
          response);
    }
    case Request::kAllExtensionNumbersOfType:
      return SetExtensionNumbers(
          catalog.pool(), request.all_extension_numbers_of_type(), response);
    case Request::kListServices:
      return SetServices(catalog, response);
    case Request::MESSAGE_REQUEST_NOT_SET:
      break;
  }
  SetError(grpc::StatusCode::INVALID_ARGUMENT, "not a known request", response);
}

// Answers request after request until the client closes.
class Session final : public Stream {
 public:
  Session(const Reflection& reflection, OpenSet<Stream>& streams)
      : Stream(streams), reflection_(reflection) {}

 private:
  void OnMessage(const grpc::ByteBuffer& message) override {
    answer_ = ToByteBuffer(reflection_.Answer(ToBytes(message)));
    Want();
  }
  bool Compose(grpc::ByteBuffer& message) override {
    message.Swap(&answer_);
    return true;
  }
  void OnWritten() override { Read(); }

  const Reflection& reflection_;
  grpc::ByteBuffer answer_;  // Changes hands: message, write, next message.
};

}  // namespace

std::string Reflection::Answer(absl::string_view wire) const {
  pb::ServerReflectionRequest request;
  pb::ServerReflectionResponse response;
  if (request.ParseFromArray(wire.data(), static_cast<int>(wire.size()))) {
    response.set_valid_host(request.host());
    *response.mutable_original_request() = request;
    Fill(catalog_, request, response);
  } else {
    SetError(grpc::StatusCode::INVALID_ARGUMENT, "not a request", response);
  }
  return response.SerializeAsString();
}

void Reflection::AddTo(RawService& service) {
  const auto start = [this](grpc::CallbackServerContext*) {
    const auto session = std::make_shared<Session>(*this, streams_);
    session->Start();
    return session.get();
  };
  service.AddBidi(kPath, start);
  service.AddBidi(kAlphaPath, start);
}

}  // namespace tcgate
