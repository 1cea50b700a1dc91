#ifndef TCGATE_TESTS_SUPPORT_VIRTUAL_LOOP_H_
#define TCGATE_TESTS_SUPPORT_VIRTUAL_LOOP_H_

#include "service/http/loop.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_poller.h"

namespace tcgate {

// A loop on virtual time: an hour of sleeping takes no time at all.
struct VirtualLoop {
  FakeClock clock;
  FakePoller poller{clock};
  Loop loop{clock, poller};
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_SUPPORT_VIRTUAL_LOOP_H_
