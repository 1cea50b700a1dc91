// What a wrong file is told: one row a mistake, with the whole message.

#include <gmock/gmock.h>

#include "absl/strings/str_replace.h"
#include "service/config/config.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {
namespace {

struct Row {
  const char* text;
  const char* message;  // Without the name of the file.
};

class ConfigFaults : public testing::TestWithParam<Row> {};

TEST_P(ConfigFaults, AreNamedByLineAndPath) {
  const auto config = ParseConfig(GetParam().text, "c");
  EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(absl::StrReplaceAll(config.status().message(), {{"c:", ":"}}),
            GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, ConfigFaults,
    testing::Values(
        Row{"lisen: []", ":1: lisen: unknown key; did you mean listen?"},
        Row{"accounts:\n  a:\n    quota: 1.0",
            ":3: accounts.a.quota: unknown key; known here: site, region, "
            "language, credentials, endpoint, share, quota_group"},
        Row{"bytes: {cache: 1MiB}",
            ":1: bytes: unknown key; known here: listen, admin, accounts, "
            "callers, products, limits, log, reflection, drain, proxies, "
            "cache, attempts"},
        Row{"listen:\n- address: 127.0.0.1:1\n  tls: {}",
            ":3: listen[0].tls: cert_file is missing\n"
            ":3: listen[0].tls: key_file is missing"},
        Row{"listen:\n- address: 127.0.0.1:1\n  tls:\n    key_fil: a.key",
            ":3: listen[0].tls: cert_file is missing\n"
            ":3: listen[0].tls: key_file is missing\n"
            ":4: listen[0].tls.key_fil: unknown key; did you mean key_file?"},
        Row{"callers: [{match: {spifee: a}, actions: []}]",
            ":1: callers[0].match.spifee: unknown key; did you mean spiffe?"},
        Row{"proxies: [{spiffe: spiffe://a/b, unix: /a}]",
            ":1: proxies[0]: must hold exactly one of spiffe, unix"},
        Row{"accounts: {a: {credentials: {file: {}}}}",
            ":1: accounts.a.credentials.file: path is missing"},
        Row{"accounts: {a: {credentials: {environment: {key: AKIDx}}}}",
            ":1: accounts.a.credentials.environment.key: unknown key; none may "
            "stand here"},
        Row{"log:\n  access: all\n  access: all",
            ":3: log.access: stands twice"},
        Row{"accounts:\n  a:\n  a:\n", ":3: accounts.a: stands twice"},
        Row{"log: {access: all}\nlog: {access: all}", ":2: log: stands twice"},
        Row{"listen: [{}]", ":1: listen[0]: address is missing"},
        Row{"callers:\n- match:\n", ":2: callers[0]: actions is missing"},
        Row{"? [a, b]\n: c", ":1: a key must be a plain word"},
        Row{"accounts: {\"a b\": {}}",
            ":1: accounts.a b: \"a b\" is not a name of at most 64 letters, "
            "digits, dots, dashes and underscores"},
        Row{"accounts: {a: {credentials: {}}}",
            ":1: accounts.a.credentials: must hold exactly one of environment, "
            "profile, file"},
        Row{"accounts: {a: {credentials: {environment: {}, profile: {}}}}",
            ":1: accounts.a.credentials: must hold exactly one of environment, "
            "profile, file"}));

INSTANTIATE_TEST_SUITE_P(
    Shapes, ConfigFaults,
    testing::Values(
        Row{"[1, 2]", ":1: must be a mapping, {key: value}"},
        Row{"limits: 7", ":1: limits: must be a mapping, {key: value}"},
        Row{"listen: 127.0.0.1:1", ":1: listen: must be a list, [a, b]"},
        Row{"listen: [127.0.0.1:1]",
            ":1: listen[0]: must be a mapping, {key: value}"},
        Row{"log:\n  access: [all]", ":2: log.access: must be a single value"},
        Row{"reflection:",
            ":1: reflection: has no value: give it one, or "
            "leave it out"},
        Row{"products: [a, ]\n---\nproducts: [b]",
            ":2: a second document, or what belongs to none, begins here; "
            "there may be one document"},
        // A token that is left over, where yaml-cpp's LoadAll never ends.
        Row{",",
            ":1: a second document, or what belongs to none, begins here; "
            "there may be one document"},
        Row{"log: {access: all", ":1: end of map flow not found"},
        Row{"log: {}\n\tadmin: {}\n", ":2: end of map not found"}));

INSTANTIATE_TEST_SUITE_P(
    Values, ConfigFaults,
    testing::Values(
        Row{"accounts:\n  default:\n    site: intl\n",
            ":3: accounts.default.site: \"intl\" is not one of mainland, "
            "international"},
        Row{"accounts: {a: {site: unspecified}}",
            ":1: accounts.a.site: \"unspecified\" is not one of mainland, "
            "international"},
        Row{"log: {access: some}",
            ":1: log.access: \"some\" is not one of all, sampled, errors"},
        Row{"reflection: yes", ":1: reflection: \"yes\" is not true or false"},
        Row{"limits: {calls_in_flight: many}",
            ":1: limits.calls_in_flight: \"many\" is not a whole number"},
        Row{"limits: {calls_in_flight: 0}",
            ":1: limits.calls_in_flight: \"0\" is not between 1 and 1000000"},
        Row{"limits: {calls_in_flight: 4294967297}",
            ":1: limits.calls_in_flight: \"4294967297\" is not between 1 and "
            "1000000"},
        Row{"limits: {request_bytes: 10MB}",
            ":1: limits.request_bytes: \"10MB\" is not a size such as 65536, "
            "64KiB or 10MiB"},
        Row{"limits: {request_bytes: -1}",
            ":1: limits.request_bytes: \"-1\" is not a size such as 65536, "
            "64KiB or 10MiB"},
        Row{"limits: {reply_bytes: 99999999999999GiB}",
            ":1: limits.reply_bytes: \"99999999999999GiB\" is not a size such "
            "as 65536, 64KiB or 10MiB"},
        Row{"limits: {request_bytes: 11MiB}",
            ":1: limits.request_bytes: \"11MiB\" is not between 1KiB and "
            "10MiB"},
        Row{"drain: {timeout: 25}",
            ":1: drain.timeout: \"25\" is not a duration such as 500ms, 20s or "
            "5m"},
        Row{"drain: {timeout: -5s}",
            ":1: drain.timeout: \"-5s\" is not between 1s and 1h"},
        Row{"drain: {grace: inf}",
            ":1: drain.grace: \"inf\" is not a duration such as 500ms, 20s or "
            "5m"},
        Row{"drain: {max_connection_age: 999ms}",
            ":1: drain.max_connection_age: \"999ms\" is not between 1s and 1h"},
        Row{"accounts: {a: {region: Singapore}}",
            ":1: accounts.a.region: \"Singapore\" is not a region such as "
            "ap-singapore"},
        Row{"accounts: {a: {language: en}}",
            ":1: accounts.a.language: \"en\" is not one of zh-CN, en-US"},
        Row{"accounts: {a: {share: 0}}",
            ":1: accounts.a.share: \"0\" is not between 0.001 and 1"},
        Row{"accounts: {a: {share: 1.01}}",
            ":1: accounts.a.share: \"1.01\" is not between 0.001 and 1"},
        Row{"accounts: {a: {share: nan}}",
            ":1: accounts.a.share: \"nan\" is not between 0.001 and 1"},
        Row{"accounts: {a: {share: half}}",
            ":1: accounts.a.share: \"half\" is not a number"},
        Row{"callers: [{match: {anonymous: true}, actions: [], weight: 0}]",
            ":1: callers[0].weight: \"0\" is not between 1 and 1000"},
        Row{"callers: [{match: {unix: a.sock}, actions: []}]",
            ":1: callers[0].match.unix: \"a.sock\" is not an absolute path of "
            "at most 107 characters, without spaces and stars"},
        Row{"callers: [{match: {spiffe: example.org}, actions: []}]",
            ":1: callers[0].match.spiffe: \"example.org\" is not a SPIFFE id "
            "such as spiffe://example.org/ns/a/sa/b or "
            "spiffe://example.org/ns/a/*"},
        Row{"callers: [{match: {spiffe: spiffe://*}, actions: []}]",
            ":1: callers[0].match.spiffe: \"spiffe://*\" is not a SPIFFE id "
            "such as spiffe://example.org/ns/a/sa/b or "
            "spiffe://example.org/ns/a/*"},
        Row{"proxies:\n- spiffe: spiffe://example.org/*",
            ":2: proxies[0].spiffe: \"spiffe://example.org/*\" is not a SPIFFE "
            "id such as spiffe://example.org/ns/a/sa/b"},
        Row{"cache:\n  ttl:\n    a.Get*: 1s\n    Get: 1s\n    a.Get: 25h\n"
            "    b.Get: 1",
            ":3: cache.ttl.a.Get*: \"a.Get*\" is not an action such as "
            "product.DescribeThing\n"
            ":4: cache.ttl.Get: \"Get\" is not an action such as "
            "product.DescribeThing\n"
            ":5: cache.ttl.a.Get: \"25h\" is not between 0s and 24h\n"
            ":6: cache.ttl.b.Get: \"1\" is not a duration such as 500ms, 20s "
            "or 5m"},
        Row{"callers: [{match: {anonymous: true}, actions: [\"a b\"]}]",
            ":1: callers[0].actions[0]: \"a b\" is not a pattern of actions "
            "such as product.Describe*"}));

class WrongAddresses : public testing::TestWithParam<const char*> {};

TEST_P(WrongAddresses, AreRefused) {
  const auto config =
      ParseConfig(absl::StrCat("admin: {address: '", GetParam(), "'}"), "c");
  EXPECT_EQ(config.status().message(),
            absl::StrCat("c:1: admin.address: \"", GetParam(),
                         "\" is not an address such as 127.0.0.1:9901 or "
                         "[::]:9901"));
}

INSTANTIATE_TEST_SUITE_P(All, WrongAddresses,
                         testing::Values("127.0.0.1",
                                         "127.0.0.1:", "127.0.0.1:65536",
                                         "127.0.0.1:-1", "127.0.0.1:http",
                                         "localhost:1", "::1:1", "127.1:1",
                                         ":1", "", "unix:/run/a.sock",
                                         "127.0.0.1:99999999999"));

class Urls : public testing::TestWithParam<std::pair<const char*, bool>> {};

TEST_P(Urls, ArePlainOnLoopbackOnly) {
  const auto [url, good] = GetParam();
  const auto config = ParseConfig(
      absl::StrCat("accounts: {a: {endpoint: {url: '", url, "'}}}"), "c");
  EXPECT_EQ(config.ok(), good) << url << " " << config.status();
}

INSTANTIATE_TEST_SUITE_P(
    All, Urls,
    testing::Values(
        std::pair{"https://api.example.com", true},
        std::pair{"https://api.example.com:443/", true},
        std::pair{"https://[::1]:8180", true},
        std::pair{"https://[2001:db8::1]", true},
        std::pair{"http://127.0.0.1:8180", true},
        std::pair{"http://localhost:8180", true},
        std::pair{"http://[::1]", true},
        std::pair{"http://api.example.com", false},
        std::pair{"http://127.0.0.1.example.com", false},
        std::pair{"https://", false}, std::pair{"https://a/path", false},
        std::pair{"https://user@a", false}, std::pair{"https://a:b", false},
        std::pair{"https://[nonsense]", false},
        std::pair{"api.example.com", false}, std::pair{"ftp://a", false}));

TEST(ConfigFaultsTogether, AllAreToldAtOnceInTheOrderOfTheFile) {
  const auto config = ParseConfig(
      "limits:\n  reply_bytes: lots\n"
      "accounts:\n  default:\n    site: intl\n    regoin: x\n"
      "callers:\n  - actions: [\"a.*\"]\n"
      "log: {access: some}\n",
      "tcgate.yaml");
  EXPECT_EQ(
      config.status().message(),
      "tcgate.yaml:2: limits.reply_bytes: \"lots\" is not a size such as "
      "65536, 64KiB or 10MiB\n"
      "tcgate.yaml:5: accounts.default.site: \"intl\" is not one of mainland, "
      "international\n"
      "tcgate.yaml:6: accounts.default.regoin: unknown key; did you mean "
      "region?\n"
      "tcgate.yaml:8: callers[0]: match is missing\n"
      "tcgate.yaml:9: log.access: \"some\" is not one of all, sampled, errors");
}

TEST(ConfigFaultsTogether, ALongValueIsCut) {
  const std::string value(5000, 'x');
  const auto config =
      ParseConfig(absl::StrCat("log: {access: ", value, "}"), "c");
  EXPECT_LT(config.status().message().size(), 200u);
}

}  // namespace
}  // namespace tcgate
