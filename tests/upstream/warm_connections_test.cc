#include "service/upstream/warm_connections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/fake_http_client.h"
#include "tests/support/virtual_loop.h"

namespace tcgate {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class WarmConnectionsTest : public testing::Test {
 protected:
  MonoTime now() { return v_.loop.Now(); }

  VirtualLoop v_;
  FakeHttpClient http_;
  const Endpoint endpoint_{"https://a.example/", "a.example", ""};
  const Endpoint other_{"https://b.example/", "b.example", ""};
};

TEST_F(WarmConnectionsTest, KeepsSoManyBeyondThoseInUse) {
  WarmConnections warm(http_, 2, 5);
  warm.Expect(endpoint_, 0, now());
  warm.Expect(other_, 1, now());
  EXPECT_THAT(http_.warmed, ElementsAre(2, 3));
  // Not a storm of handshakes.
  warm.Expect(endpoint_, 2, now());
  EXPECT_EQ(http_.warmed.size(), 2U);
  v_.clock.Advance(milliseconds(500));
  warm.Expect(endpoint_, 9, now());
  EXPECT_THAT(http_.warmed, ElementsAre(2, 3, 5));
}

TEST_F(WarmConnectionsTest, OpensNoneWhereEnoughAreOpen) {
  WarmConnections warm(http_, 2, 5);
  http_.open = 3;
  warm.Expect(endpoint_, 2, now());
  EXPECT_THAT(http_.warmed, IsEmpty());
  warm.Expect(endpoint_, 3, now());
  EXPECT_THAT(http_.warmed, ElementsAre(5));
}

TEST_F(WarmConnectionsTest, OpensNoneWhereNoneAreToBeReady) {
  WarmConnections warm(http_, 0, 5);
  warm.Expect(endpoint_, 3, now());
  EXPECT_THAT(http_.warmed, IsEmpty());
}

TEST_F(WarmConnectionsTest, OpensNoneAfterTheEnd) {
  WarmConnections warm(http_, 1, 5);
  warm.Stop();
  warm.Expect(endpoint_, 0, now());
  EXPECT_THAT(http_.warmed, IsEmpty());
}

}  // namespace
}  // namespace tcgate
