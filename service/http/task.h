#ifndef TCGATE_SERVICE_HTTP_TASK_H_
#define TCGATE_SERVICE_HTTP_TASK_H_

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace tcgate {

// A coroutine that starts when it is awaited and gives one value.
//
// Rules that hold wherever it is used, because of bugs in GCC 12: a coroutine
// is a plain function or a method and takes its parameters by value (or by
// reference to what outlives it); never a lambda with captures; no lambda and
// no temporary with a destructor in an expression that contains `co_await`.
//
// No symmetric transfer, which GCC 12 does not turn into a tail call at -O0 or
// under sanitizers: `await_suspend` runs the child and reports whether it is
// done already, and the child's end resumes its waiter. So a loop of awaits
// uses constant stack.
template <typename T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Resume {
        bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<promise_type> self) noexcept {
          // Empty while the child still runs inside `await_suspend` below. A
          // copy: the waiter frees this frame.
          const std::coroutine_handle<> next = self.promise().waiter;
          if (next) next.resume();
        }
        void await_resume() noexcept {}
      };
      return Resume{};
    }
    void return_value(T result) { value.emplace(std::move(result)); }
    // The project throws nothing; a library that does ends the process.
    void unhandled_exception() noexcept { std::terminate(); }

    std::optional<T> value;
    std::coroutine_handle<> waiter;
  };

  Task(Task&& other) noexcept : self_(std::exchange(other.self_, {})) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (self_) self_.destroy();
  }

  bool await_ready() noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiter) {
    self_.resume();
    if (self_.done()) return false;
    self_.promise().waiter = waiter;
    return true;
  }
  T await_resume() { return std::move(*self_.promise().value); }

 private:
  explicit Task(std::coroutine_handle<promise_type> self) : self_(self) {}

  std::coroutine_handle<promise_type> self_;
};

// A coroutine that nobody awaits: it starts at once and frees itself when it
// ends. What it uses must live until then.
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_TASK_H_
