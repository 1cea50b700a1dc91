#include "service/rpc/reflection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "tests/rpc/client.h"
#include "tests/rpc/edge_fixture.h"

namespace tcgate {
namespace {

namespace pb = grpc::reflection::v1;
using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptorProto;
using grpc::StatusCode;
using testing::Contains;
using testing::ElementsAre;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr char kPath[] =
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
constexpr char kAlphaPath[] =
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

class ReflectionTest : public EdgeFixture {
 protected:
  pb::ServerReflectionResponse Ask(const pb::ServerReflectionRequest& request) {
    const ClientAnswer answer =
        client_.Stream(kPath, {request.SerializeAsString()});
    EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
    pb::ServerReflectionResponse response;
    EXPECT_TRUE(response.ParseFromString(answer.messages.at(0)));
    EXPECT_EQ(response.original_request().SerializeAsString(),
              request.SerializeAsString());
    return response;
  }

  static std::vector<FileDescriptorProto> FilesIn(
      const pb::ServerReflectionResponse& response) {
    std::vector<FileDescriptorProto> files;
    for (const auto& bytes :
         response.file_descriptor_response().file_descriptor_proto()) {
      EXPECT_TRUE(files.emplace_back().ParseFromString(bytes));
    }
    return files;
  }

  Client client_{address()};
};

TEST_F(ReflectionTest, ListsTheCatalogueAndTheEdgesOwn) {
  pb::ServerReflectionRequest request;
  request.set_list_services("");
  std::vector<std::string> names;
  const pb::ServerReflectionResponse response = Ask(request);
  for (const auto& service : response.list_services_response().service()) {
    names.push_back(service.name());
  }
  EXPECT_THAT(
      names, UnorderedElementsAre("demo.v1.DemoService", "spare.v1.DemoService",
                                  "grpc.health.v1.Health",
                                  "grpc.reflection.v1.ServerReflection",
                                  "grpc.reflection.v1alpha.ServerReflection"));
}

TEST_F(ReflectionTest, AFileComesWithAllItNeedsAndWithoutComments) {
  for (const char* symbol :
       {"demo.v1.DemoService", "demo.v1.DemoService.Look", "demo.v1.In",
        "spare.v1.Out", "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection"}) {
    pb::ServerReflectionRequest request;
    request.set_file_containing_symbol(symbol);
    std::vector<FileDescriptorProto> files = FilesIn(Ask(request));
    DescriptorPool pool;
    // The file asked for comes first, so what it imports is after it.
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
      EXPECT_FALSE(file->has_source_code_info());
      EXPECT_NE(pool.BuildFile(*file), nullptr) << file->name();
    }
    EXPECT_NE(pool.FindFileContainingSymbol(symbol), nullptr) << symbol;
  }
}

TEST_F(ReflectionTest, AFileIsFoundByItsName) {
  pb::ServerReflectionRequest request;
  request.set_file_by_filename("demo.proto");
  EXPECT_EQ(FilesIn(Ask(request)).at(0).name(), "demo.proto");
}

TEST_F(ReflectionTest, ExtensionsAreFound) {
  pb::ServerReflectionRequest numbers;
  numbers.set_all_extension_numbers_of_type("google.protobuf.MethodOptions");
  const auto found = Ask(numbers).all_extension_numbers_response();
  EXPECT_EQ(found.base_type_name(), "google.protobuf.MethodOptions");
  ASSERT_THAT(found.extension_number(), SizeIs(testing::Ge(1)));

  pb::ServerReflectionRequest file;
  file.mutable_file_containing_extension()->set_containing_type(
      "google.protobuf.MethodOptions");
  file.mutable_file_containing_extension()->set_extension_number(
      found.extension_number(0));
  EXPECT_EQ(FilesIn(Ask(file)).at(0).name(), "tcgate/options/v1/options.proto");
}

TEST_F(ReflectionTest, WhatIsNotThereIsAnErrorInTheStream) {
  pb::ServerReflectionRequest request;
  request.set_file_containing_symbol("nobody.Nothing");
  EXPECT_EQ(Ask(request).error_response().error_code(), StatusCode::NOT_FOUND);
  request.set_file_by_filename("nothing.proto");
  EXPECT_EQ(Ask(request).error_response().error_code(), StatusCode::NOT_FOUND);
  request.set_all_extension_numbers_of_type("nobody.Nothing");
  EXPECT_EQ(Ask(request).error_response().error_code(), StatusCode::NOT_FOUND);
  request.mutable_file_containing_extension()->set_containing_type(
      "demo.v1.In");
  EXPECT_EQ(Ask(request).error_response().error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(Ask({}).error_response().error_code(),
            StatusCode::INVALID_ARGUMENT);
}

TEST_F(ReflectionTest, PrivateFilesStayPrivate) {
  pb::ServerReflectionRequest request;
  request.set_file_containing_symbol("tcgate.wire.v1.Status");
  EXPECT_EQ(Ask(request).error_response().error_code(), StatusCode::NOT_FOUND);
}

TEST_F(ReflectionTest, BothVersionsAnswerRequestAfterRequest) {
  pb::ServerReflectionRequest request;
  request.set_list_services("");
  const std::string bytes = request.SerializeAsString();
  for (const char* path : {kPath, kAlphaPath}) {
    const ClientAnswer answer =
        client_.Stream(path, {bytes, bytes, "\xFF", bytes});
    EXPECT_TRUE(answer.status.ok());
    ASSERT_THAT(answer.messages, SizeIs(4));
    EXPECT_EQ(answer.messages[3], answer.messages[0]);
  }
}

TEST_F(ReflectionTest, SwitchedOffItIsUnknown) {
  EdgeOptions options = Defaults();
  options.reflection = false;
  Restart(options);
  Client client(address());
  EXPECT_EQ(client.Stream(kPath, {""}).status.error_code(),
            StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace tcgate
