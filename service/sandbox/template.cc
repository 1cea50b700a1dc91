#include "service/sandbox/template.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "service/base/random.h"
#include "service/sandbox/records.h"
#include "service/sandbox/reply.h"

namespace tcgate {
namespace {

using nlohmann::json;

constexpr int kVendorOffsetSeconds = 8 * 3600;
constexpr std::uint64_t kFirstCount = 100'001;

std::string Format(const char* format, std::int64_t unix_seconds) {
  return absl::FormatTime(format, absl::FromUnixSeconds(unix_seconds),
                          absl::FixedTimeZone(kVendorOffsetSeconds));
}

json Resolve(absl::string_view name, const json& record, std::int64_t now,
             std::uint64_t& count) {
  int digits = 0;
  if (name == "uuid") return NewRequestId();
  if (name == "count") return kFirstCount + count++;
  if (name == "now_ms") return now * 1000;
  if (name == "iso") return IsoTime(now);
  if (name == "date") return DateTime(now);
  absl::string_view rest = name;
  if (absl::ConsumePrefix(&rest, "hex") && absl::SimpleAtoi(rest, &digits)) {
    return RandomHex(digits / 2);
  }
  rest = name;
  std::int64_t offset = 0;
  if (absl::ConsumePrefix(&rest, "now") &&
      (rest.empty() || absl::SimpleAtoi(rest, &offset))) {
    return now + offset;
  }
  const json* member = Given(record, std::string(name));
  return member == nullptr ? json(absl::StrCat("{", name, "}")) : *member;
}

}  // namespace

std::string IsoTime(std::int64_t unix_seconds) {
  return Format("%Y-%m-%dT%H:%M:%S%Ez", unix_seconds);
}

std::string DateTime(std::int64_t unix_seconds) {
  return Format("%Y-%m-%d %H:%M:%S", unix_seconds);
}

json Expand(const json& value, const json& record, std::int64_t now,
            std::uint64_t& count) {
  if (!value.is_string()) return value;
  absl::string_view rest = value.get_ref<const std::string&>();
  std::string text;
  for (;;) {
    const std::size_t open = rest.find('{');
    const std::size_t close = rest.find('}', open);
    if (close == absl::string_view::npos) break;
    const json part =
        Resolve(rest.substr(open + 1, close - open - 1), record, now, count);
    const bool whole = text.empty() && open == 0 && close + 1 == rest.size();
    if (whole) return part;
    absl::StrAppend(&text, rest.substr(0, open),
                    part.is_string() ? part.get<std::string>() : part.dump());
    rest.remove_prefix(close + 1);
  }
  absl::StrAppend(&text, rest);
  return text;
}

}  // namespace tcgate
