// The way of a hit allocates nothing and copies no bytes, whatever their size.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <string>

#include "tests/replies/replies_fixture.h"

namespace {
thread_local int allocations = 0;
}  // namespace

// GCC inlines one of the pair and not the other.
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif
// NOLINTBEGIN(misc-new-delete-overloads)
void* operator new(std::size_t size) {
  ++allocations;
  void* const memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
// NOLINTEND(misc-new-delete-overloads)

namespace tcgate {
namespace {

class AllocationTest : public RepliesTest {};

TEST_F(AllocationTest, AHitAllocatesNothing) {
  const std::string body(20'000, 'b');
  limits_.stale_while_revalidate = std::chrono::seconds(60);
  Build();
  const ReplyRequest request = Read(demo_.read_ab, body);
  const int at_first = allocations;
  Fill(request, std::string(100'000, 'x'));
  EXPECT_GT(allocations, at_first);  // They are counted.
  for (const bool stale : {false, true}) {
    SCOPED_TRACE(stale);
    if (stale) clock_.Advance(std::chrono::seconds(10));
    const int before = allocations;
    for (int i = 0; i < 100; ++i) {
      const auto hit = replies_->Find(request);
      if (!hit.has_value() || hit->answer->wire->size() != 100'000)
        std::abort();
    }
    EXPECT_EQ(allocations - before, 0);
  }
}

TEST_F(AllocationTest, AMissInFindAllocatesNothing) {
  const std::string body(20'000, 'b');
  const ReplyRequest request = Read(demo_.read_ab, body);
  const int before = allocations;
  EXPECT_FALSE(replies_->Find(request).has_value());
  EXPECT_EQ(allocations - before, 0);
}

}  // namespace
}  // namespace tcgate
