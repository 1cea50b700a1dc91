// What the catalogue reads from descriptors.

#include "service/catalog/catalog.h"

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
#include "tests/catalog/compile.h"
#include "tests/catalog/demo.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Catalog, AMethodWithoutOptionsIsReadCautiously) {
  const auto built = BuildDemo(Demo("rpc Act(In) returns (Out);"));
  ASSERT_TRUE(built.ok()) << built.status();
  const Action* action = (*built)->FindLabel("demo.Act");
  ASSERT_NE(action, nullptr);
  EXPECT_EQ(action->name, "Act");
  EXPECT_EQ(action->path, "/demo.v1.DemoService/Act");
  EXPECT_EQ(action->effect, Effect::kWrite);
  EXPECT_EQ(action->limit_calls, 20u);
  EXPECT_EQ(action->limit_period, milliseconds(1000));
  EXPECT_EQ(action->cache_ttl, milliseconds(0));
  EXPECT_THAT(action->reads, IsEmpty());
  EXPECT_THAT(action->writes, IsEmpty());
  EXPECT_THAT(action->regions, IsEmpty());
  EXPECT_FALSE(action->sensitive || action->sse || action->deprecated);
  EXPECT_EQ(action->host, "");
  EXPECT_EQ(action->summary, "");
  EXPECT_EQ(action->request->full_name(), "demo.v1.In");
  EXPECT_EQ(action->response->full_name(), "demo.v1.Out");
}

TEST(Catalog, EveryOptionIsRead) {
  const auto built = BuildDemo(Demo(R"(
      // Looks at
      // things. At length.
      //
      // Twice.
      rpc Look(In) returns (Out) {
        option deprecated = true;
        option (tcgate.options.v1.action) = {
          name: "DescribeThings"
          effect: EFFECT_READ
          limit: { calls: 3 per: { seconds: 15 nanos: 500000000 } }
          cache_ttl: { seconds: 5 }
          reads: ["a", "b"]
          writes: ["c"]
          regions: ["ap-one", "ap-two"]
          sensitive: true
          host: "other.example"
        };
      })"));
  ASSERT_TRUE(built.ok()) << built.status();
  const Action* action = (*built)->Find("/demo.v1.DemoService/Look");
  ASSERT_NE(action, nullptr);
  EXPECT_EQ(action->name, "DescribeThings");
  EXPECT_EQ(action->label, "demo.DescribeThings");
  EXPECT_EQ(action->effect, Effect::kRead);
  EXPECT_EQ(action->limit_calls, 3u);
  EXPECT_EQ(action->limit_period, milliseconds(15'500));
  EXPECT_EQ(action->cache_ttl, milliseconds(5000));
  EXPECT_THAT(action->reads, ElementsAre("demo/a", "demo/b"));
  EXPECT_THAT(action->writes, ElementsAre("demo/c"));
  EXPECT_THAT(action->regions, ElementsAre("ap-one", "ap-two"));
  EXPECT_TRUE(action->sensitive);
  EXPECT_TRUE(action->deprecated);
  EXPECT_EQ(action->host, "other.example");
  EXPECT_EQ(action->summary, "Looks at things.");

  const Product& product = *action->product;
  EXPECT_EQ(product.code, "demo");
  EXPECT_EQ(product.version, "2024-05-06");
  EXPECT_EQ(product.mainland_host, "demo.example");
  EXPECT_EQ(product.international_host, "");
  EXPECT_EQ(product.service, "demo.v1.DemoService");
  EXPECT_EQ(product.summary, "Does as it is told.");
}

TEST(Catalog, AStreamOfEventsIsMarkedOnBothSides) {
  const auto built = BuildDemo(Demo(R"(
      rpc Act(In) returns (stream Out) {
        option (tcgate.options.v1.action) = { sse: true };
      })"));
  ASSERT_TRUE(built.ok()) << built.status();
  EXPECT_TRUE((*built)->FindLabel("demo.Act")->sse);
}

// An enum value that the compiler here cannot spell: a set made for a later
// build.
TEST(Catalog, SetsMayShareFiles) {
  const std::string one =
      Compile("one.proto", Demo("rpc Act(In) returns (Out);"));
  const std::string two =
      Compile("two.proto",
              Demo("rpc Act(In) returns (Out);",
                   R"(code: "two" version: "1" mainland_host: "h")", "two.v1"));
  const auto built = Catalog::Build({one, two, one});
  ASSERT_TRUE(built.ok()) << built.status();
  EXPECT_THAT((*built)->products(), SizeIs(2));
  EXPECT_NE((*built)->FindLabel("demo.Act"), nullptr);
  EXPECT_NE((*built)->FindLabel("two.Act"), nullptr);
}

TEST(Catalog, CommentsOfASharedFileMayDiffer) {
  const std::string source = Demo("rpc Act(In) returns (Out);");
  EXPECT_TRUE(Catalog::Build({Compile("demo.proto", source),
                              Compile("demo.proto", source + "\n// End.\n")})
                  .ok());
}

TEST(Catalog, FilesOfProtobufItselfMayDifferBetweenCompilers) {
  google::protobuf::FileDescriptorSet set;
  ASSERT_TRUE(set.ParseFromString(
      Compile("demo.proto", Demo("rpc Act(In) returns (Out);"))));
  for (auto& file : *set.mutable_file()) {
    if (file.name() == "google/protobuf/duration.proto") {
      file.mutable_options()->set_go_package("elsewhere");
    }
  }
  const auto built =
      Catalog::Build({EmbeddedDescriptors(), set.SerializeAsString()});
  EXPECT_TRUE(built.ok()) << built.status();
}

TEST(Catalog, WithoutCommentsThereAreNoSummaries) {
  google::protobuf::FileDescriptorSet set;
  ASSERT_TRUE(set.ParseFromString(
      Compile("demo.proto", Demo("// Acts.\nrpc Act(In) returns (Out);"))));
  for (auto& file : *set.mutable_file()) file.clear_source_code_info();
  const auto built = Catalog::Build({set.SerializeAsString()});
  ASSERT_TRUE(built.ok()) << built.status();
  EXPECT_EQ((*built)->FindLabel("demo.Act")->summary, "");
}

TEST(Catalog, WhatItDoesNotHoldIsNull) {
  const auto built = BuildDemo(Demo("rpc Act(In) returns (Out);"));
  ASSERT_TRUE(built.ok()) << built.status();
  for (const char* path :
       {"", "/", "demo.v1.DemoService/Act", "/demo.v1.DemoService/act",
        "/demo.v1.DemoService/Act/", "demo.Act"}) {
    EXPECT_EQ((*built)->Find(path), nullptr) << path;
  }
  for (const char* label :
       {"", "demo.act", "Act", "/demo.v1.DemoService/Act"}) {
    EXPECT_EQ((*built)->FindLabel(label), nullptr) << label;
  }
}

TEST(Catalog, ASecondVersionOfAProductHasItsVersionInItsLabels) {
  const std::string first = Compile("a.proto", Demo(Act("")));
  const std::string second = Compile(
      "b.proto",
      Demo(Act(""), R"(code: "demo" version: "2019-01-01" mainland_host: "d")",
           "demo.v0"));
  const auto built = Catalog::Build({first, second});
  ASSERT_TRUE(built.ok()) << built.status();
  EXPECT_EQ((*built)->FindLabel("demo.Act")->product->version, "2024-05-06");
  EXPECT_EQ((*built)->FindLabel("demo@2019-01-01.Act")->path,
            "/demo.v0.DemoService/Act");
}

}  // namespace
}  // namespace tcgate
