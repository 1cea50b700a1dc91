#include "service/gateway/admission.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tcgate {
namespace {

// Lets calls in and keeps them in until they are told to leave.
class AdmissionTest : public testing::Test {
 protected:
  // The empty text, or the key of the bound that is full.
  std::string Enter(Admission& admission, const std::string& caller,
                    std::size_t bytes) {
    auto entered = admission.TryEnter(caller, bytes);
    if (auto* full = std::get_if<Admission::Full>(&entered)) return full->key;
    inside_.push_back(std::get<Admission::Pass>(std::move(entered)));
    return "";
  }

  ByteBudget bytes_{100};
  std::vector<Admission::Pass> inside_;
};

TEST_F(AdmissionTest, LetsInUpToItsCallsAndAgainWhenOneLeaves) {
  Admission admission({.calls = 2}, bytes_);
  EXPECT_EQ(Enter(admission, "a", 1), "");
  EXPECT_EQ(Enter(admission, "b", 1), "");
  EXPECT_EQ(Enter(admission, "c", 1), "limits.calls_in_flight");
  EXPECT_EQ(admission.calls(), 2);
  inside_.pop_back();
  EXPECT_EQ(admission.calls(), 1);
  EXPECT_EQ(Enter(admission, "c", 1), "");
  inside_.clear();
}

TEST_F(AdmissionTest, LetsInUpToTheBytesThatRepliesLeave) {
  Admission admission({.calls = 10}, bytes_);
  ASSERT_TRUE(bytes_.TryTake(20));  // A reply.
  EXPECT_EQ(Enter(admission, "a", 50), "");
  EXPECT_EQ(Enter(admission, "a", 31), "limits.bytes_in_flight");
  EXPECT_EQ(Enter(admission, "a", 30), "");
  EXPECT_EQ(admission.calls(), 2);
  inside_.clear();
  EXPECT_EQ(bytes_.held(), 20u);
}

TEST_F(AdmissionTest, ACallerAtItsBoundLeavesRoomToOthers) {
  Admission admission({.calls = 10, .caller_calls = 2, .caller_bytes = 60},
                      bytes_);
  EXPECT_EQ(Enter(admission, "a", 10), "");
  EXPECT_EQ(Enter(admission, "a", 51), "limits.caller_bytes_in_flight");
  EXPECT_EQ(Enter(admission, "a", 50), "");
  EXPECT_EQ(Enter(admission, "a", 0), "limits.caller_calls_in_flight");
  EXPECT_EQ(Enter(admission, "b", 10), "");
  EXPECT_EQ(admission.calls(), 3);
  EXPECT_EQ(bytes_.held(), 70u);

  inside_.erase(inside_.begin() + 1);
  EXPECT_EQ(Enter(admission, "a", 50), "");
  inside_.clear();
  EXPECT_EQ(admission.calls(), 0);
  EXPECT_EQ(bytes_.held(), 0u);
}

TEST_F(AdmissionTest, OneThatIsRefusedTakesNothing) {
  Admission admission({.calls = 10, .caller_bytes = 5}, bytes_);
  EXPECT_EQ(Enter(admission, "a", 6), "limits.caller_bytes_in_flight");
  EXPECT_EQ(admission.calls(), 0);
  EXPECT_EQ(bytes_.held(), 0u);
}

TEST_F(AdmissionTest, NeverLetsInMoreThanItMayUnderThreads) {
  ByteBudget bytes(1000);
  Admission admission({.calls = 3, .caller_calls = 2}, bytes);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, caller = std::string(t % 2 == 0 ? "a" : "b")] {
      for (int i = 0; i < 10000; ++i) {
        const auto pass = admission.TryEnter(caller, 10);
        if (std::holds_alternative<Admission::Full>(pass)) continue;
        const int now = ++inside;
        int seen = most.load();
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most.load(), 3);
  EXPECT_GT(most.load(), 0);
  EXPECT_EQ(admission.calls(), 0);
  EXPECT_EQ(bytes.held(), 0u);
}

}  // namespace
}  // namespace tcgate
