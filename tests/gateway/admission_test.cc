#include "service/gateway/admission.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace tcgate {
namespace {

TEST(Admission, LetsInUpToItsCallsAndAgainWhenOneLeaves) {
  Admission admission(2, 100);
  EXPECT_TRUE(admission.TryEnter(1));
  EXPECT_TRUE(admission.TryEnter(1));
  EXPECT_FALSE(admission.TryEnter(1));
  EXPECT_EQ(admission.calls(), 2);
  admission.Leave(1);
  EXPECT_TRUE(admission.TryEnter(1));
}

TEST(Admission, LetsInUpToItsBytes) {
  Admission admission(10, 100);
  EXPECT_TRUE(admission.TryEnter(60));
  EXPECT_FALSE(admission.TryEnter(41));
  EXPECT_TRUE(admission.TryEnter(40));
  EXPECT_EQ(admission.calls(), 2);
}

TEST(Admission, ACallAloneIsLetInWhateverItsSize) {
  Admission admission(10, 100);
  EXPECT_TRUE(admission.TryEnter(101));
  EXPECT_FALSE(admission.TryEnter(1));
  admission.Leave(101);
  EXPECT_TRUE(admission.TryEnter(1));
}

TEST(Admission, NeverLetsInMoreThanItMayUnderThreads) {
  Admission admission(3, 1000);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10000; ++i) {
        if (!admission.TryEnter(10)) continue;
        const int now = ++inside;
        int seen = most.load();
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        --inside;
        admission.Leave(10);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most.load(), 3);
  EXPECT_GT(most.load(), 0);
  EXPECT_EQ(admission.calls(), 0);
}

}  // namespace
}  // namespace tcgate
