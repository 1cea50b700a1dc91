#include "service/sandbox/records.h"

#include <gtest/gtest.h>

#include <string>

namespace tcgate {
namespace {

using nlohmann::json;

const Records::Keys kKeys = {{"whole", {"A"}}, {"part", {"A", "B"}}};

TEST(RecordsTest, FindsByTheKeyAndByWhatItBeginsWith) {
  Records records(kKeys, {});
  EXPECT_TRUE(records.Add("part", {{"A", "x"}, {"B", "2"}, {"C", 1}}));
  EXPECT_TRUE(records.Add("part", {{"A", "x"}, {"B", "1"}, {"C", 2}}));
  EXPECT_TRUE(records.Add("part", {{"A", "xx"}, {"B", "1"}, {"C", 1}}));
  ASSERT_NE(records.Find("part", {{"A", "x"}, {"B", "1"}}), nullptr);
  EXPECT_EQ(records.Find("part", {{"A", "x"}, {"B", "3"}}), nullptr);
  EXPECT_EQ(records.Find("part", {{"A", "x"}}), nullptr) << "not whole";
  const auto in_x = records.Select("part", {{"A", "x"}});
  ASSERT_EQ(in_x.size(), 2U);
  EXPECT_EQ(in_x[0]->at("B"), "2") << "in the order they were added";
  EXPECT_EQ(records.Select("part", {{"C", 1}}).size(), 2U);
  EXPECT_EQ(records.Select("part", json::object()).size(), 3U);
  EXPECT_EQ(records.Select("whole", json::object()).size(), 0U);
}

TEST(RecordsTest, ValuesThatRunTogetherAreNotTheSame) {
  Records records(kKeys, {});
  EXPECT_TRUE(records.Add("part", {{"A", "a"}, {"B", "bc"}}));
  EXPECT_EQ(records.Find("part", {{"A", "ab"}, {"B", "c"}}), nullptr);
  EXPECT_TRUE(records.Select("part", {{"A", ""}}).empty());
}

TEST(RecordsTest, ANumberIsItsText) {
  Records records(kKeys, {});
  EXPECT_TRUE(records.Add("whole", {{"A", "7"}}));
  EXPECT_NE(records.Find("whole", {{"A", 7}}), nullptr);
}

TEST(RecordsTest, ChangesAndErases) {
  Records records(kKeys, {});
  EXPECT_TRUE(records.Add("whole", {{"A", "1"}, {"N", "a"}}));
  const json* record = records.Find("whole", {{"A", "1"}});
  EXPECT_TRUE(records.Change("whole", *record, {{"N", "b"}, {"M", 1}}));
  EXPECT_EQ(*record, json({{"A", "1"}, {"N", "b"}, {"M", 1}}));
  records.Erase("whole", *record);
  EXPECT_EQ(records.Find("whole", {{"A", "1"}}), nullptr);
  EXPECT_EQ(records.Count("whole"), 0U);
}

TEST(RecordsTest, HoldsNoMoreThanItsBounds) {
  Records records(kKeys, {.records = 2, .bytes = 100, .record_bytes = 40});
  EXPECT_FALSE(records.Add("whole", {{"A", std::string(40, 'x')}}));
  EXPECT_TRUE(records.Add("whole", {{"A", "1"}}));
  EXPECT_TRUE(records.Add("whole", {{"A", "2"}}));
  EXPECT_FALSE(records.Add("whole", {{"A", "3"}})) << "of this kind";
  const json* record = records.Find("whole", {{"A", "1"}});
  EXPECT_FALSE(records.Change("whole", *record, {{"N", std::string(40, 'x')}}));
  EXPECT_EQ(*record, json({{"A", "1"}}));

  const json large = {{"A", "1"}, {"B", ""}, {"N", std::string(10, 'x')}};
  int held = 0;  // 34 bytes each, beside 18.
  for (const char* b : {"1", "2", "3"}) {
    json part = large;
    part["B"] = b;
    held += records.Add("part", part) ? 1 : 0;
  }
  EXPECT_EQ(held, 2) << "of all kinds";
  records.Erase("part", *records.Find("part", {{"A", "1"}, {"B", "1"}}));
  json part = large;
  part["B"] = "3";
  EXPECT_TRUE(records.Add("part", part)) << "what is erased counts no more";
}

}  // namespace
}  // namespace tcgate
