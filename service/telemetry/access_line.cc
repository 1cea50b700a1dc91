#include <algorithm>
#include <charconv>
#include <cstdint>

#include "service/telemetry/access_log.h"
#include "service/telemetry/json_string.h"

namespace tcgate {
namespace {

// Chosen: longer than anything but a vendor's or a client's bad joke.
constexpr std::size_t kMaxValueBytes = 1024;

// Appends `value` in decimal with at least `width` digits.
void AppendNumber(std::uint64_t value, int width, std::string& line) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
  for (auto length = end - digits; length < width; ++length) line += '0';
  line.append(digits, end);
}

// `name` is as it stands in the line: `,"action":`.
void AppendText(absl::string_view name, absl::string_view value,
                std::string& line) {
  if (value.empty()) return;
  line.append(name.data(), name.size());
  AppendJsonString(value.substr(0, kMaxValueBytes), line);
}

void AppendCount(absl::string_view name, std::uint64_t value,
                 std::string& line) {
  line.append(name.data(), name.size());
  AppendNumber(value, 1, line);
}

// `2026-01-02T03:04:05`, in UTC.
std::string ToSeconds(std::chrono::sys_seconds time) {
  using std::chrono::days;
  const auto midnight = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(time - midnight);
  std::string text;
  const auto part = [&text](auto value, int width) {
    AppendNumber(static_cast<std::uint64_t>(value), width, text);
  };
  part(static_cast<int>(date.year()), 4);
  text += '-';
  part(static_cast<unsigned>(date.month()), 2);
  text += '-';
  part(static_cast<unsigned>(date.day()), 2);
  text += 'T';
  part(clock.hours().count(), 2);
  text += ':';
  part(clock.minutes().count(), 2);
  text += ':';
  part(clock.seconds().count(), 2);
  return text;
}

// RFC 3339 in UTC, to the millisecond: `2026-01-02T03:04:05.678Z`. The calendar
// is asked once a second: most lines of a thread share one.
void AppendTime(WallTime time, std::string& line) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  static thread_local std::chrono::sys_seconds known{seconds(-1)};
  static thread_local std::string text = ToSeconds(known);
  const auto second = std::chrono::floor<seconds>(time);
  if (second != known) {
    text = ToSeconds(second);
    known = second;
  }
  line += text;
  line += '.';
  const auto rest = std::chrono::floor<milliseconds>(time - second);
  AppendNumber(static_cast<std::uint64_t>(rest.count()), 3, line);
  line += 'Z';
}

absl::string_view RanName(Ran ran) {
  switch (ran) {
    case Ran::kNo:
      return "no";
    case Ran::kMaybe:
      return "maybe";
    case Ran::kYes:
      return "yes";
  }
  return "";
}

}  // namespace

void AppendAccessLine(const AccessEntry& entry, std::string& line) {
  line += "{\"ts\":\"";
  AppendTime(entry.start, line);
  line += '"';
  AppendText(R"(,"action":)", entry.action, line);
  AppendText(R"(,"caller":)", entry.caller, line);
  AppendText(R"(,"peer":)", entry.peer, line);
  AppendText(R"(,"account":)", entry.account, line);
  AppendText(R"(,"region":)", entry.region, line);
  if (const Outcome* outcome = entry.outcome) {
    const bool vendor = outcome->decided_by == DecidedBy::kVendor;
    AppendText(R"(,"code":)", CodeName(outcome->code), line);
    AppendText(R"(,"decided_by":)", vendor ? "vendor" : "gateway", line);
    AppendText(R"(,"reason":)", outcome->reason, line);
    AppendText(R"(,"request_id":)", outcome->request_id, line);
    AppendText(R"(,"ran":)", RanName(outcome->ran), line);
  }
  AppendText(R"(,"cache":)", entry.cache, line);
  AppendCount(R"(,"attempts":)", static_cast<std::uint64_t>(entry.attempts),
              line);

  // Milliseconds with three decimals, from whole microseconds.
  const auto took = static_cast<std::uint64_t>(std::max<std::int64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(entry.took).count(),
      0));
  AppendCount(R"(,"took_ms":)", took / 1000, line);
  line += '.';
  AppendNumber(took % 1000, 3, line);

  AppendCount(R"(,"request_bytes":)", entry.request_bytes, line);
  AppendCount(R"(,"reply_bytes":)", entry.reply_bytes, line);
  if (entry.events.has_value())
    AppendCount(R"(,"events":)", *entry.events, line);
  AppendText(R"(,"trace_id":)", entry.trace_id, line);
  AppendText(R"(,"span_id":)", entry.span_id, line);
  AppendText(R"(,"parent_id":)", entry.parent_id, line);
  line += '}';
}

}  // namespace tcgate
