#include "service/codec/scalars.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace tcgate {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
std::uint64_t Digit(char c) { return static_cast<std::uint64_t>(c - '0'); }

// Reads decimal digits and nothing else. False if they are over 64 bits.
bool ParseDigits(absl::string_view digits, std::uint64_t& value) {
  if (digits.empty()) return false;
  // So many digits cannot overflow.
  constexpr std::size_t kSafe = std::numeric_limits<std::uint64_t>::digits10;
  value = 0;
  std::size_t i = 0;
  for (; i < std::min(digits.size(), kSafe); ++i) {
    if (!IsDigit(digits[i])) return false;
    value = value * 10 + Digit(digits[i]);
  }
  for (; i < digits.size(); ++i) {
    if (!IsDigit(digits[i])) return false;
    if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
        __builtin_add_overflow(value, Digit(digits[i]), &value)) {
      return false;
    }
  }
  return true;
}

bool ParseExponent(absl::string_view text, std::int64_t& exponent) {
  // Wide enough for any number that can matter, and adding to it cannot
  // overflow.
  std::int32_t read;
  const char* const end = text.data() + text.size();
  const std::from_chars_result result = std::from_chars(text.data(), end, read);
  exponent = read;
  return result.ec == std::errc() && result.ptr == end;
}

// Makes the bits of an integer; see ParseNumber for what fits.
bool FitInteger(const Member& member, bool negative, std::uint64_t magnitude,
                std::uint64_t& bits) {
  using Int32 = std::numeric_limits<std::int32_t>;
  using Int64 = std::numeric_limits<std::int64_t>;
  std::uint64_t most;
  if (!member.narrow) {
    most = negative ? std::uint64_t{Int64::max()} + 1
                    : std::numeric_limits<std::uint64_t>::max();
  } else if (member.kind == Kind::kSigned) {
    most = std::uint64_t{Int32::max()} + (negative ? 1 : 0);
  } else {
    most = negative ? 0 : std::numeric_limits<std::uint32_t>::max();
  }
  bits = negative ? 0 - magnitude : magnitude;
  return magnitude <= most;
}

// Straight to the width wanted: through a double, a float could be rounded
// twice. A number that is too large or too small for it is none.
template <typename Real>
bool ParseReal(absl::string_view text, Real& value) {
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end && std::isfinite(value);
}

// Reads `true`, `false`, in any case, `0` and `1`.
bool ParseBool(absl::string_view text, bool& value) {
  value = text == "1" || absl::EqualsIgnoreCase(text, "true");
  return value || text == "0" || absl::EqualsIgnoreCase(text, "false");
}

// Reads `12.50e1`, without sign, if it is whole. Moves the point in the text,
// since a double would round.
bool ParseDecimal(absl::string_view text, std::uint64_t& value) {
  if (text.empty() || !IsDigit(text.front())) return false;
  const std::size_t e = text.find_first_of("eE");
  std::int64_t exponent = 0;
  if (e != absl::string_view::npos) {
    absl::string_view power = text.substr(e + 1);
    if (absl::StartsWith(power, "+")) power.remove_prefix(1);
    if (!ParseExponent(power, exponent)) return false;
    text = text.substr(0, e);
  }
  const std::size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  if (point != absl::string_view::npos) {
    const absl::string_view fraction = text.substr(point + 1);
    digits.append(fraction.data(), fraction.size());
    exponent -= static_cast<std::int64_t>(fraction.size());
  }
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) {
    value = 0;
    return true;
  }
  while (digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  // No number of 64 bits has more than 20 digits.
  if (exponent < 0 || exponent > 20) return false;
  digits.append(static_cast<std::size_t>(exponent), '0');
  return ParseDigits(digits, value);
}

// Reads a whole number of at most 64 bits, exactly: `12`, `-3`, also `1.0` and
// `1e5`.
bool ParseInteger(absl::string_view text, bool& negative,
                  std::uint64_t& magnitude) {
  negative = absl::ConsumePrefix(&text, "-");
  return ParseDigits(text, magnitude) || ParseDecimal(text, magnitude);
}

}  // namespace

bool ParseNumber(const Member& member, absl::string_view text,
                 std::uint64_t& bits) {
  switch (member.kind) {
    case Kind::kBool: {
      bool value;
      if (!ParseBool(text, value)) return false;
      bits = value ? 1 : 0;
      return true;
    }
    case Kind::kDouble: {
      double value;
      if (!ParseReal(text, value)) return false;
      bits = std::bit_cast<std::uint64_t>(value);
      return true;
    }
    case Kind::kFloat: {
      float value;
      if (!ParseReal(text, value)) return false;
      bits = std::bit_cast<std::uint32_t>(value);
      return true;
    }
    default: {
      bool negative;
      std::uint64_t magnitude;
      return ParseInteger(text, negative, magnitude) &&
             FitInteger(member, negative, magnitude, bits);
    }
  }
}

}  // namespace tcgate
