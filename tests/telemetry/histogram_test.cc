#include "service/telemetry/histogram.h"

#include <gmock/gmock.h>

#include <cmath>
#include <thread>
#include <vector>

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using testing::ElementsAre;

std::vector<std::uint64_t> Counts(const Histogram& histogram) {
  std::vector<std::uint64_t> counts;
  for (const auto& bucket : histogram.Collect().histogram.bucket) {
    counts.push_back(bucket.cumulative_count);
  }
  return counts;
}

TEST(Histogram, AnUpperEndIsPartOfItsBucket) {
  const std::vector<double> ends = {0.001, 0.1, 5};
  Histogram histogram(ends);
  histogram.Observe(milliseconds(1));
  EXPECT_THAT(Counts(histogram), ElementsAre(1, 1, 1, 1));
  histogram.Observe(milliseconds(1) + nanoseconds(1));
  EXPECT_THAT(Counts(histogram), ElementsAre(1, 2, 2, 2));
  histogram.Observe(milliseconds(100));
  EXPECT_THAT(Counts(histogram), ElementsAre(1, 3, 3, 3));
  histogram.Observe(seconds(5));
  histogram.Observe(seconds(5) + nanoseconds(1));
  EXPECT_THAT(Counts(histogram), ElementsAre(1, 3, 4, 5));
}

TEST(Histogram, TheLastBucketHasNoEnd) {
  const std::vector<double> ends = {1};
  Histogram histogram(ends);
  histogram.Observe(std::chrono::hours(24 * 365 * 100));
  const auto collected = histogram.Collect().histogram;
  ASSERT_EQ(collected.bucket.size(), 2u);
  EXPECT_EQ(collected.bucket[0].upper_bound, 1);
  EXPECT_TRUE(std::isinf(collected.bucket[1].upper_bound));
  EXPECT_EQ(collected.bucket[1].cumulative_count, 1u);
  EXPECT_EQ(collected.sample_sum, 100.0 * 365 * 24 * 3600);
}

TEST(Histogram, NothingAndLessThanNothingAreInTheFirstBucket) {
  const std::vector<double> ends = {0.001, 1};
  Histogram histogram(ends);
  histogram.Observe(nanoseconds(0));
  histogram.Observe(nanoseconds(-5));  // A clock that was set back.
  EXPECT_THAT(Counts(histogram), ElementsAre(2, 2, 2));
}

TEST(Histogram, NoValueIsLostBetweenThreads) {
  const std::vector<double> ends = {0.5, 1};
  Histogram histogram(ends);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&histogram] {
      for (int i = 0; i < 5000; ++i) histogram.Observe(milliseconds(250));
    });
  }
  std::uint64_t last = 0;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t count = histogram.Collect().histogram.sample_count;
    EXPECT_GE(count, last);
    last = count;
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(histogram.Collect().histogram.sample_count, 20000u);
  EXPECT_EQ(histogram.Collect().histogram.sample_sum, 5000);
}

TEST(HistogramFamily, GivesTheSameForTheSameLabels) {
  HistogramFamily family({1});
  Histogram& a = family.Add({{"action", "a"}});
  Histogram& b = family.Add({{"action", "b"}});
  EXPECT_NE(&a, &b);
  EXPECT_EQ(&family.Add({{"action", "a"}}), &a);
  b.Observe(seconds(1));
  const auto metrics = family.Collect();
  ASSERT_EQ(metrics.size(), 2u);
  ASSERT_EQ(metrics[1].label.size(), 1u);
  EXPECT_EQ(metrics[1].label[0].name, "action");
  EXPECT_EQ(metrics[1].label[0].value, "b");
  EXPECT_EQ(metrics[0].histogram.sample_count, 0u);
  EXPECT_EQ(metrics[1].histogram.sample_count, 1u);
}

}  // namespace
}  // namespace tcgate
