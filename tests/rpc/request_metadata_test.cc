#include "service/rpc/request_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tcgate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr char kParent[] =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class RequestMetadataTest : public testing::Test {
 protected:
  RequestMetadataTest() {
    action_.label = "demo.Act";
    action_.regions = {"ap-guangzhou", "ap-singapore"};
  }

  // The metadata views `pairs`, as gRPC's views its slices.
  Outcome Read(const Pairs& pairs) {
    ClientMetadata metadata;
    for (const auto& [key, value] : pairs) metadata.emplace(key, value);
    options_ = {};
    return ReadRequestMetadata(metadata, action_, options_);
  }

  Action action_;
  CallOptions options_;
};

TEST_F(RequestMetadataTest, EveryKeyIsRead) {
  EXPECT_TRUE(Read({{"tcgate-region", "ap-singapore"},
                    {"tcgate-language", "zh-CN"},
                    {"tcgate-empty-list", "Tags, Filter.Names"},
                    {"tcgate-cache-control", "max-age=5, only-if-cached"},
                    {"tcgate-idempotency-key", "3f2c:1/a"},
                    {"traceparent", kParent}})
                  .ok());
  EXPECT_EQ(options_.region, "ap-singapore");
  EXPECT_EQ(options_.language, "zh-CN");
  EXPECT_THAT(options_.empty_lists, ElementsAre("Tags", "Filter.Names"));
  EXPECT_EQ(options_.traceparent, kParent);
  EXPECT_FALSE(options_.cache.no_cache);
  EXPECT_TRUE(options_.cache.only_if_cached);
  EXPECT_EQ(options_.cache.max_age, std::chrono::seconds(5));
  EXPECT_EQ(options_.idempotency_key, "3f2c:1/a");
}

TEST_F(RequestMetadataTest, NoCacheAndTheLongestAgeAreRead) {
  EXPECT_TRUE(Read({{"tcgate-cache-control", "no-cache"}}).ok());
  EXPECT_TRUE(options_.cache.no_cache);
  EXPECT_FALSE(options_.cache.max_age.has_value());
  EXPECT_TRUE(Read({{"tcgate-cache-control", "max-age=999999999"}}).ok());
  EXPECT_EQ(options_.cache.max_age, std::chrono::seconds(999'999'999));
  EXPECT_TRUE(Read({{"tcgate-cache-control", "max-age=0"}}).ok());
  EXPECT_EQ(options_.cache.max_age, std::chrono::seconds(0));
}

TEST_F(RequestMetadataTest, AStreamCannotBeGivenTwice) {
  action_.sse = true;
  const Outcome outcome = Read({{"tcgate-idempotency-key", "k"}});
  EXPECT_EQ(outcome.code, absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(outcome.message, HasSubstr("stream"));
}

TEST_F(RequestMetadataTest, OfALaterTraceparentWhatIsKnownIsKept) {
  const std::string later = "01" + std::string(kParent).substr(2);
  EXPECT_TRUE(Read({{"traceparent", later + "-\r\n"}}).ok());
  EXPECT_EQ(options_.traceparent, later);
}

TEST_F(RequestMetadataTest, WhatIsNotOursIsIgnored) {
  EXPECT_TRUE(Read({{"user-agent", "x"},
                    {"x-tcgate-region", "\r\n"},
                    {"tcgat", ""},
                    {"tracestate", "a=b"}})
                  .ok());
  EXPECT_THAT(options_.region, IsEmpty());
}

TEST_F(RequestMetadataTest, AnActionWithoutRegionsTakesAny) {
  action_.regions.clear();
  EXPECT_TRUE(Read({{"tcgate-region", "eu-frankfurt"}}).ok());
  EXPECT_EQ(options_.region, "eu-frankfurt");
}

TEST_F(RequestMetadataTest, ARegionThatTheActionHasNotSaysWhichItHas) {
  const Outcome outcome = Read({{"tcgate-region", "eu-frankfurt"}});
  EXPECT_EQ(outcome.code, absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(outcome.message, HasSubstr("ap-guangzhou"));
}

TEST_F(RequestMetadataTest, AKeyIsSentOnce) {
  const Outcome outcome = Read(
      {{"tcgate-region", "ap-singapore"}, {"tcgate-region", "ap-singapore"}});
  EXPECT_EQ(outcome.code, absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(outcome.message, HasSubstr("once"));
}

// Values that cannot be read, and keys that are not built: each is refused by
// the name of its key.
class RefusedMetadataTest
    : public RequestMetadataTest,
      public testing::WithParamInterface<std::pair<std::string, std::string>> {
};

TEST_P(RefusedMetadataTest, NamesTheKey) {
  action_.regions.clear();
  const Outcome outcome = Read({GetParam()});
  EXPECT_EQ(outcome.code, absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(outcome.reason, reason::kInvalidRequest);
  EXPECT_EQ(outcome.ran, Ran::kNo);
  ASSERT_EQ(outcome.violations.size(), 1u);
  EXPECT_EQ(outcome.violations[0].field, GetParam().first);
  EXPECT_THAT(outcome.message, HasSubstr(GetParam().first));
}

std::string Replaced(std::size_t at, char by) {
  std::string parent = kParent;
  parent[at] = by;
  return parent;
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedMetadataTest,
    testing::Values(
        std::pair("tcgate-region", ""), std::pair("tcgate-region", "AP-x"),
        std::pair("tcgate-region", "ap_x"), std::pair("tcgate-region", "a b"),
        std::pair("tcgate-region", "ap\r\nX-Evil: 1"),
        std::pair("tcgate-region", std::string("ap\0x", 4)),
        std::pair("tcgate-region", "\xC3\xA9"),
        std::pair("tcgate-language", ""), std::pair("tcgate-language", "en"),
        std::pair("tcgate-language", "zh-cn"),
        std::pair("tcgate-empty-list", ""),
        std::pair("tcgate-empty-list", "A,,B"),
        std::pair("tcgate-empty-list", "A,"),
        std::pair("tcgate-empty-list", "A\nB"),
        std::pair("tcgate-empty-list", "A[0]"), std::pair("traceparent", ""),
        std::pair("traceparent", std::string(kParent) + "0"),
        std::pair("traceparent", Replaced(0, 'g')),
        std::pair("traceparent", "ff" + std::string(kParent).substr(2)),
        std::pair("traceparent", Replaced(2, '_')),
        std::pair("traceparent", Replaced(3, 'B')),
        std::pair("traceparent", Replaced(40, '\n')),
        std::pair("traceparent", Replaced(54, 'g')),
        std::pair("traceparent",
                  "00-00000000000000000000000000000000-00f067aa0ba902b7-01"),
        std::pair("traceparent",
                  "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"),
        std::pair("tcgate-idempotency-key", ""),
        std::pair("tcgate-idempotency-key", "a b"),
        std::pair("tcgate-idempotency-key", "a\r\nX-Evil: 1"),
        std::pair("tcgate-idempotency-key", std::string(129, 'k')),
        std::pair("tcgate-cache-control", ""),
        std::pair("tcgate-cache-control", "no-store"),
        std::pair("tcgate-cache-control", "no-cache,"),
        std::pair("tcgate-cache-control", "No-Cache"),
        std::pair("tcgate-cache-control", "max-age"),
        std::pair("tcgate-cache-control", "max-age="),
        std::pair("tcgate-cache-control", "max-age=-1"),
        std::pair("tcgate-cache-control", "max-age=1.5"),
        std::pair("tcgate-cache-control", "max-age= 1"),
        std::pair("tcgate-cache-control", "max-age=9999999999"),
        std::pair("tcgate-cache-control", "no-cache, only-if-cached"),
        std::pair("tcgate-account", ""), std::pair("tcgate-account", "a b"),
        std::pair("tcgate-", ""), std::pair("tcgate-regions", "ap-singapore")));

}  // namespace
}  // namespace tcgate
