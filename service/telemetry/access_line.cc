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

void AppendName(absl::string_view name, std::string& line) {
  line += ",\"";
  line.append(name.data(), name.size());
  line += "\":";
}

void AppendText(absl::string_view name, absl::string_view value,
                std::string& line) {
  if (value.empty()) return;
  AppendName(name, line);
  AppendJsonString(value.substr(0, kMaxValueBytes), line);
}

void AppendCount(absl::string_view name, std::uint64_t value,
                 std::string& line) {
  AppendName(name, line);
  AppendNumber(value, 1, line);
}

// RFC 3339 in UTC, to the millisecond: `2026-01-02T03:04:05.678Z`.
void AppendTime(WallTime time, std::string& line) {
  using std::chrono::days;
  const auto midnight = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(
      std::chrono::floor<std::chrono::milliseconds>(time - midnight));
  const auto part = [&line](auto value, int width, char after) {
    AppendNumber(static_cast<std::uint64_t>(value), width, line);
    line += after;
  };
  part(static_cast<int>(date.year()), 4, '-');
  part(static_cast<unsigned>(date.month()), 2, '-');
  part(static_cast<unsigned>(date.day()), 2, 'T');
  part(clock.hours().count(), 2, ':');
  part(clock.minutes().count(), 2, ':');
  part(clock.seconds().count(), 2, '.');
  part(clock.subseconds().count(), 3, 'Z');
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
  AppendText("action", entry.action, line);
  AppendText("caller", entry.caller, line);
  AppendText("peer", entry.peer, line);
  AppendText("account", entry.account, line);
  AppendText("region", entry.region, line);
  if (const Outcome* outcome = entry.outcome) {
    const bool vendor = outcome->decided_by == DecidedBy::kVendor;
    AppendText("code", CodeName(outcome->code), line);
    AppendText("decided_by", vendor ? "vendor" : "gateway", line);
    AppendText("reason", outcome->reason, line);
    AppendText("request_id", outcome->request_id, line);
    AppendText("ran", RanName(outcome->ran), line);
  }
  AppendText("cache", entry.cache, line);
  AppendCount("attempts", static_cast<std::uint64_t>(entry.attempts), line);

  // Milliseconds with three decimals, from whole microseconds.
  const auto took = static_cast<std::uint64_t>(std::max<std::int64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(entry.took).count(),
      0));
  AppendCount("took_ms", took / 1000, line);
  line += '.';
  AppendNumber(took % 1000, 3, line);

  AppendCount("request_bytes", entry.request_bytes, line);
  AppendCount("reply_bytes", entry.reply_bytes, line);
  if (entry.events.has_value()) AppendCount("events", *entry.events, line);
  AppendText("traceparent", entry.traceparent, line);
  line += '}';
}

}  // namespace tcgate
