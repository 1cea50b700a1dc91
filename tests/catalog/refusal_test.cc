// What a deployment must not start with, and how it is told.

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
#include "service/catalog/catalog.h"
#include "tests/catalog/compile.h"
#include "tests/catalog/demo.h"

namespace tcgate {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> FaultsOf(
    const absl::StatusOr<std::unique_ptr<const Catalog>>& built) {
  EXPECT_EQ(built.status().code(), absl::StatusCode::kInvalidArgument);
  return absl::StrSplit(std::string(built.status().message()), '\n');
}

struct Refused {
  const char* name;
  std::string source;
  const char* at;
  const char* why;
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.name;
}

class CatalogRefuses : public testing::TestWithParam<Refused> {};

TEST_P(CatalogRefuses, AndSaysWhereAndWhy) {
  const Refused& refused = GetParam();
  EXPECT_THAT(
      FaultsOf(BuildDemo(refused.source)),
      ElementsAre(AllOf(HasSubstr(refused.at), HasSubstr(refused.why))));
}

constexpr char kAct[] = "demo.v1.DemoService.Act";

INSTANTIATE_TEST_SUITE_P(
    Faults, CatalogRefuses,
    testing::Values(
        Refused{"AServiceOfNoProduct", Demo("", ""), "demo.v1.DemoService",
                "names no product"},
        Refused{"AProductWithoutAHost",
                Demo("", R"(code: "demo" version: "2024-05-06")"),
                "demo.v1.DemoService", "a host"},
        Refused{"ClientStreaming", Demo("rpc Act(stream In) returns (Out);"),
                kAct, "client streaming"},
        Refused{"AStreamThatIsNotSse",
                Demo("rpc Act(In) returns (stream Out);"), kAct, "sse"},
        Refused{"SseThatIsNoStream", Demo(Act("sse: true")), kAct, "sse"},
        Refused{"ATtlOnAWrite", Demo(Act("cache_ttl: { seconds: 1 }")), kAct,
                "cache_ttl"},
        Refused{
            "ATtlOnAnIdempotentAction",
            Demo(Act("effect: EFFECT_IDEMPOTENT cache_ttl: { seconds: 1 }")),
            kAct, "cache_ttl"},
        Refused{"ATtlOnAStream", Demo(R"(
                    rpc Act(In) returns (stream Out) {
                      option (tcgate.options.v1.action) = {
                        effect: EFFECT_READ
                        sse: true
                        cache_ttl: { seconds: 1 }
                      };
                    })"),
                kAct, "cache_ttl"},
        Refused{"ANegativeTtl",
                Demo(Act("effect: EFFECT_READ cache_ttl: { seconds: -1 }")),
                kAct, "cache_ttl"},
        Refused{"ATtlFinerThanAMillisecond",
                Demo(Act("effect: EFFECT_READ cache_ttl: { nanos: 1 }")), kAct,
                "cache_ttl"},
        Refused{"ATtlBeyondTheRangeOfDuration",
                Demo(Act("effect: EFFECT_READ "
                         "cache_ttl: { seconds: 9223372036854775807 }")),
                kAct, "cache_ttl"},
        Refused{"APeriodWithoutCalls",
                Demo(Act("limit: { per: { seconds: 15 } }")), kAct, "no calls"},
        Refused{"AnEmptyPeriod", Demo(Act("limit: { calls: 1 per: {} }")), kAct,
                "period"}),
    [](const auto& test) { return test.param.name; });

TEST(Catalog, AllFaultsAreToldAtOnce) {
  EXPECT_THAT(FaultsOf(BuildDemo(Demo(R"(
                  rpc First(stream In) returns (Out);
                  rpc Second(In) returns (Out) {
                    option (tcgate.options.v1.action) = {
                      cache_ttl: { seconds: 1 }
                      limit: { per: { seconds: 1 } }
                    };
                  })",
                                      ""))),
              ElementsAre(HasSubstr("demo.v1.DemoService: "),
                          HasSubstr("DemoService.First: "),
                          HasSubstr("DemoService.Second: "),
                          HasSubstr("DemoService.Second: ")));
}

TEST(Catalog, TwoActionsOfOneLabelAreRefused) {
  EXPECT_THAT(FaultsOf(BuildDemo(Demo(R"(
          rpc Act(In) returns (Out);
          rpc Again(In) returns (Out) {
            option (tcgate.options.v1.action) = { name: "Act" };
          })"))),
              ElementsAre(AllOf(HasSubstr("demo.v1.DemoService.Again"),
                                HasSubstr("demo.Act"),
                                HasSubstr("/demo.v1.DemoService/Act"))));
}

TEST(Catalog, AnEffectNewerThanThisBuildIsRefused) {
  std::string set =
      Compile("demo.proto", Demo(Act("name: \"X\" effect: EFFECT_WRITE")));
  const std::string known("\x0a\x01X\x10\x03", 5);
  const std::size_t at = set.find(known);
  ASSERT_NE(at, std::string::npos);
  set[at + 4] = 9;
  EXPECT_THAT(FaultsOf(Catalog::Build({set})),
              ElementsAre(AllOf(HasSubstr(kAct), HasSubstr("effect 9"))));
}

TEST(Catalog, ASetThatIsNoneIsRefused) {
  EXPECT_THAT(FaultsOf(Catalog::Build({EmbeddedDescriptors(), "\xff"})),
              ElementsAre(HasSubstr("descriptor set 2")));
}

TEST(Catalog, AnUnresolvedImportIsRefused) {
  google::protobuf::FileDescriptorSet set;
  google::protobuf::FileDescriptorProto& file = *set.add_file();
  file.set_name("lost.proto");
  file.add_dependency("nowhere.proto");
  EXPECT_THAT(
      FaultsOf(Catalog::Build({set.SerializeAsString()})),
      ElementsAre(AllOf(HasSubstr("lost.proto"), HasSubstr("nowhere.proto"))));
}

TEST(Catalog, AFileThatDiffersBetweenSetsIsRefused) {
  EXPECT_THAT(
      FaultsOf(Catalog::Build(
          {Compile("demo.proto", Demo("rpc Act(In) returns (Out);")),
           Compile("demo.proto", Demo("rpc Other(In) returns (Out);"))})),
      ElementsAre(AllOf(HasSubstr("demo.proto"), HasSubstr("differs"))));
}

}  // namespace
}  // namespace tcgate
