#ifndef TCGATE_TESTS_SUPPORT_AWAIT_H_
#define TCGATE_TESTS_SUPPORT_AWAIT_H_

#include <optional>
#include <utility>

#include "service/http/loop.h"
#include "service/http/task.h"

namespace tcgate {

template <typename T>
Detached AwaitThenStop(Loop& loop, Task<T> task, std::optional<T>& result) {
  result.emplace(co_await task);
  loop.Stop();
}

// Runs `loop` on this thread until `task` is done, and gives its value.
template <typename T>
T Await(Loop& loop, Task<T> task) {
  std::optional<T> result;
  AwaitThenStop(loop, std::move(task), result);
  loop.Run();
  return *std::move(result);
}

}  // namespace tcgate

#endif  // TCGATE_TESTS_SUPPORT_AWAIT_H_
