#include "service/config/check.h"

#include <gmock/gmock.h>

#include "tcgate/config/v1/config.pb.h"

namespace tcgate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Check(absl::string_view text) {
  const absl::StatusOr<ConfigPtr> config = ParseConfig(text, "c");
  EXPECT_TRUE(config.ok()) << config.status();
  if (!config.ok()) return {};
  using std::chrono::seconds;
  return CheckConfig(
      **config, {{.label = "acme.GetAnvil", .read = true, .ttl = seconds(60)},
                 {.label = "acme.GetState", .read = true},
                 {.label = "acme.MakeAnvil"},
                 {.label = "road.Run"}});
}

TEST(CheckConfig, ACompleteFileHolds) {
  EXPECT_THAT(Check("accounts: {default: {}}\n"
                    "callers: [{match: {anonymous: true}, actions: ['acme.*', "
                    "'*.Get*', '*', 'road.Run']}]\n"
                    "products: [acme]\n"),
              IsEmpty());
  EXPECT_THAT(Check(""), IsEmpty());
}

TEST(CheckConfig, WhatIsNamedMustBeThere) {
  EXPECT_THAT(
      Check("accounts: {default: {}}\n"
            "callers:\n"
            "- {match: {anonymous: true}, account: defualt, actions: ['*']}\n"
            "- {match: {anonymous: true}, actions: ['acmee.*', acme.GetAnvl, "
            "other.Thing]}\n"
            "products: [rod]\n"),
      ElementsAre(
          "callers[0].account: there is no account \"defualt\"; did you mean "
          "default?",
          "callers[1].actions[0]: the catalogue has no product \"acmee\"; did "
          "you mean acme?",
          "callers[1].actions[1]: the catalogue has no action "
          "\"acme.GetAnvl\"; did you mean acme.GetAnvil?",
          "callers[1].actions[2]: the catalogue has no action "
          "\"other.Thing\"",
          "products[0]: the catalogue has no product \"rod\"; did you mean "
          "road?"));
}

TEST(CheckConfig, AnEntryThatMatchesNobodyIsAMistake) {
  EXPECT_THAT(Check("accounts: {default: {}}\n"
                    "callers: [{match: {anonymous: false}, actions: []}]"),
              ElementsAre("callers[0].match: matches nobody; write "
                          "{anonymous: true}, {spiffe: ...} or {unix: ...}"));
}

TEST(CheckConfig, EveryAccountOfARuleMustBeThere) {
  EXPECT_THAT(
      Check("accounts: {default: {}, spare: {}}\n"
            "callers: [{match: {anonymous: true}, accounts: [spare, spar], "
            "actions: [\"*\"]}]"),
      ElementsAre("callers[0].accounts[1]: there is no account \"spar\"; did "
                  "you mean spare?"));
}

TEST(CheckConfig, AccountsOfOneGroupHaveOneShare) {
  EXPECT_THAT(Check("accounts: {a: {quota_group: g, share: 0.5}, "
                    "b: {quota_group: g, share: 0.5}, c: {}}"),
              IsEmpty());
  EXPECT_THAT(Check("accounts: {a: {quota_group: g, share: 0.5}, "
                    "b: {quota_group: g}}"),
              ElementsAre("accounts.b.share: must be that of accounts.a, which "
                          "has the same quota_group"));
  // A group may have the name of an account.
  EXPECT_THAT(Check("accounts: {a: {}, b: {quota_group: a, share: 0.5}}"),
              ElementsAre("accounts.b.share: must be that of accounts.a, which "
                          "has the same quota_group"));
}

TEST(CheckConfig, EveryBoundOfBytesHasRoomForOneRequest) {
  EXPECT_THAT(Check("limits: {request_bytes: 2MiB, bytes_in_flight: 6MiB, "
                    "waiting_bytes: 6MiB, caller_bytes_in_flight: 6MiB}"),
              IsEmpty());
  EXPECT_THAT(
      Check("limits: {request_bytes: 2MiB, bytes_in_flight: 1MiB, "
            "waiting_bytes: 1MiB, caller_bytes_in_flight: 1MiB}"),
      ElementsAre("limits.bytes_in_flight: must be at least three "
                  "times limits.request_bytes, 6291456",
                  "limits.waiting_bytes: must be at least three "
                  "times limits.request_bytes, 6291456",
                  "limits.caller_bytes_in_flight: must be at least three "
                  "times limits.request_bytes, 6291456"));
}

TEST(CheckConfig, ATtlMayTightenAnOptionOrSetOneWhereThereIsNone) {
  EXPECT_THAT(Check("cache: {ttl: {acme.GetAnvil: 1m, acme.GetState: 24h}}"),
              IsEmpty());
  EXPECT_THAT(Check("cache: {ttl: {acme.GetAnvil: 0s}}"), IsEmpty());
  EXPECT_THAT(
      Check("cache: {ttl: {acme.GetAnvil: 61s, acme.GetAnvl: 1s, road.Run: "
            "1s}}"),
      ElementsAre("cache.ttl.acme.GetAnvil: may not be longer than the "
                  "action's own option, 1m",
                  "cache.ttl.acme.GetAnvl: the catalogue has no action "
                  "\"acme.GetAnvl\"; did you mean acme.GetAnvil?",
                  "cache.ttl.road.Run: only what changes nothing may be served "
                  "again"));
}

TEST(CheckConfig, ADrainLeavesConnectionsTimeToReachTheirAge) {
  EXPECT_THAT(Check("drain: {max_connection_age: 10s, timeout: 11s}"),
              IsEmpty());
  EXPECT_THAT(Check("drain: {max_connection_age: 10s, timeout: 10999ms}"),
              ElementsAre("drain.timeout: must be at least 1.1 times "
                          "max_connection_age, or open calls are cut"));
}

}  // namespace
}  // namespace tcgate
