#include "service/replies/answer.h"

#include <string>

namespace tcgate {
namespace {

// The control block of the shared bytes and what an allocator adds. Measured
// with jemalloc, rounded up: tests/bench/replies_bench.cc.
constexpr std::size_t kSharing = 48;

std::size_t OnHeap(const std::string& text) {
  // Up to 15 bytes a string holds in itself.
  return text.capacity() <= 15 ? 0 : text.capacity() + 1;
}

}  // namespace

std::size_t BytesOf(const Answer& answer) {
  const Outcome& outcome = answer.outcome;
  std::size_t bytes = sizeof(answer) + OnHeap(outcome.reason) +
                      OnHeap(outcome.message) + OnHeap(outcome.request_id);
  for (const auto& [name, value] : outcome.metadata) {
    bytes += 2 * sizeof(std::string) + OnHeap(name) + OnHeap(value);
  }
  for (const FieldViolation& violation : outcome.violations) {
    bytes += sizeof(violation) + OnHeap(violation.field) +
             OnHeap(violation.description);
  }
  if (answer.wire != nullptr) {
    bytes += kSharing + sizeof(std::string) + OnHeap(*answer.wire);
  }
  return bytes;
}

}  // namespace tcgate
