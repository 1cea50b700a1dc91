#include "service/telemetry/trace_context.h"

#include <algorithm>
#include <cstdint>

#include "service/base/random.h"

namespace tcgate {
namespace {

// Where the parts stand, in every version.
constexpr std::size_t kTraceId = 3, kTraceIdSize = 32;
constexpr std::size_t kSpanId = 36, kSpanIdSize = 16;
constexpr std::size_t kFlags = 53, kFlagsSize = 2;

bool IsHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

bool IsId(absl::string_view text) {
  return IsHex(text) && text.find_first_not_of('0') != absl::string_view::npos;
}

void AppendHex(std::uint64_t value, std::string& text) {
  static constexpr char kHex[] = "0123456789abcdef";
  char digits[16];
  for (char& digit : digits) {
    digit = kHex[value >> 60];
    value <<= 4;
  }
  text.append(digits, sizeof(digits));
}

std::uint64_t NotZero(Random& random) {
  // Chosen: a generator that has drawn eight zeros has no ninth number, either.
  for (int draw = 0; draw < 8; ++draw) {
    const std::uint64_t bits = random.Bits();
    if (bits != 0) return bits;
  }
  return 1;
}

// The last digit of the flags that are known: sampled (1), of level 1, and
// random (2), of level 2. The others are reserved, and sent as zero.
char KnownFlags(char digit) {
  const int value = digit <= '9' ? digit - '0' : digit - 'a' + 10;
  return static_cast<char>('0' + (value & 3));
}

}  // namespace

bool IsTraceparent(absl::string_view value) {
  if (value.size() < kTraceparentBytes) return false;
  const absl::string_view version = value.substr(0, 2);
  if (!IsHex(version) || version == "ff") return false;
  if (value.size() > kTraceparentBytes &&
      (version == "00" || value[kTraceparentBytes] != '-')) {
    return false;
  }
  return value[2] == '-' && IsId(TraceId(value)) && value[35] == '-' &&
         IsId(SpanId(value)) && value[52] == '-' &&
         IsHex(value.substr(kFlags, kFlagsSize));
}

std::string ChildTraceparent(absl::string_view parent, Random& random) {
  std::string child = "00-";
  child.reserve(kTraceparentBytes);
  if (parent.empty()) {
    AppendHex(NotZero(random), child);
    AppendHex(random.Bits(), child);
  } else {
    const absl::string_view trace = TraceId(parent);
    child.append(trace.data(), trace.size());
  }
  child += '-';
  AppendHex(NotZero(random), child);
  child += "-0";
  child += parent.empty() ? '0' : KnownFlags(parent[kFlags + 1]);
  return child;
}

absl::string_view TraceId(absl::string_view traceparent) {
  if (traceparent.empty()) return {};
  return traceparent.substr(kTraceId, kTraceIdSize);
}

absl::string_view SpanId(absl::string_view traceparent) {
  if (traceparent.empty()) return {};
  return traceparent.substr(kSpanId, kSpanIdSize);
}

}  // namespace tcgate
