#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "service/telemetry/access_log.h"

namespace tcgate {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Line(const AccessEntry& entry) {
  std::string line;
  AppendAccessLine(entry, line);
  return line;
}

// 2026-11-25 06:07:08.009 UTC.
constexpr WallTime kStart{milliseconds(1795586828009)};

TEST(AccessLine, SaysEverythingInAFixedOrder) {
  Outcome outcome;
  outcome.code = absl::StatusCode::kPermissionDenied;
  outcome.decided_by = DecidedBy::kVendor;
  outcome.ran = Ran::kNo;
  outcome.reason = "UnauthorizedOperation.CamNoAuth";
  outcome.request_id = "7c0a-1";
  outcome.message = "for the caller's eyes";
  AccessEntry entry;
  entry.start = kStart;
  entry.took = microseconds(12345);
  entry.action = "acme.MakeAnvil";
  entry.caller = "anonymous";
  entry.peer = "ipv4:127.0.0.1:40000";
  entry.account = "default";
  entry.region = "ap-singapore";
  entry.cache = "off";
  entry.trace_id = "0af7651916cd43dd8448eb211c80319c";
  entry.span_id = "00f067aa0ba902b7";
  entry.parent_id = "b7ad6b7169203331";
  entry.outcome = &outcome;
  entry.attempts = 2;
  entry.request_bytes = 17;
  entry.reply_bytes = 0;
  EXPECT_EQ(
      Line(entry),
      R"({"ts":"2026-11-25T06:07:08.009Z","action":"acme.MakeAnvil",)"
      R"("caller":"anonymous","peer":"ipv4:127.0.0.1:40000",)"
      R"("account":"default","region":"ap-singapore",)"
      R"("code":"PERMISSION_DENIED","decided_by":"vendor",)"
      R"("reason":"UnauthorizedOperation.CamNoAuth","request_id":"7c0a-1",)"
      R"("ran":"no","cache":"off","attempts":2,"took_ms":12.345,)"
      R"("request_bytes":17,"reply_bytes":0,)"
      R"("trace_id":"0af7651916cd43dd8448eb211c80319c",)"
      R"("span_id":"00f067aa0ba902b7","parent_id":"b7ad6b7169203331"})");
}

TEST(AccessLine, LeavesOutWhatIsEmpty) {
  AccessEntry entry;
  entry.start = kStart;
  entry.action = "unknown";
  EXPECT_EQ(Line(entry),
            R"({"ts":"2026-11-25T06:07:08.009Z","action":"unknown",)"
            R"("attempts":0,"took_ms":0.000,"request_bytes":0,)"
            R"("reply_bytes":0})");
}

TEST(AccessLine, AStreamSaysHowManyEventsItHad) {
  AccessEntry entry;
  entry.reply_bytes = 12;
  entry.events = 0;
  EXPECT_NE(Line(entry).find(R"("reply_bytes":12,"events":0})"),
            std::string::npos);
}

TEST(AccessLine, TimesKeepTheirZeros) {
  AccessEntry entry;
  const auto ts = [&entry](WallTime start) {
    entry.start = start;
    return Line(entry).substr(7, 24);
  };
  EXPECT_EQ(ts(WallTime{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(ts(WallTime{milliseconds(7)}), "1970-01-01T00:00:00.007Z");
  EXPECT_EQ(ts(WallTime{-milliseconds(1)}), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(ts(WallTime{milliseconds(999)}), "1970-01-01T00:00:00.999Z");
  EXPECT_EQ(ts(WallTime{seconds(951782400) - microseconds(1)}),
            "2000-02-28T23:59:59.999Z");
  EXPECT_EQ(ts(WallTime{seconds(951782400)}), "2000-02-29T00:00:00.000Z");
  entry.took = microseconds(60'000'007);
  EXPECT_NE(Line(entry).find(R"("took_ms":60000.007,)"), std::string::npos);
  entry.took = microseconds(-5);
  EXPECT_NE(Line(entry).find(R"("took_ms":0.000,)"), std::string::npos);
}

TEST(AccessLine, AHostileValueStaysOneShortLine) {
  Outcome outcome;
  outcome.reason = "x\"}\n{\"ts\":\"forged\"\xff" + std::string(5000, 'x');
  AccessEntry entry;
  entry.outcome = &outcome;
  const std::string line = Line(entry);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_LT(line.size(), 1400u);
  const auto parsed = nlohmann::json::parse(line);
  EXPECT_EQ(parsed["reason"].get<std::string>().substr(0, 5), "x\"}\n{");
}

}  // namespace
}  // namespace tcgate
