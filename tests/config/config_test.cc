#include "service/config/config.h"

#include <gmock/gmock.h>

#include <fstream>
#include <regex>

#include "service/base/read_file.h"
#include "service/config/check.h"
#include "service/config/faults.h"
#include "service/config/places.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {
namespace {

namespace pb = ::tcgate::config::v1;

pb::Config Parse(absl::string_view text) {
  absl::StatusOr<ConfigPtr> config = ParseConfig(text, "c.yaml");
  EXPECT_TRUE(config.ok()) << config.status();
  return config.ok() ? **config : pb::Config();
}

TEST(ParseConfig, NothingGivesTheDefaults) {
  for (const char* text :
       {"", "\n# only words\n", "{}", "limits:\nlog: {}\n"}) {
    const pb::Config config = Parse(text);
    ASSERT_EQ(config.listen_size(), 1);
    EXPECT_EQ(config.listen(0).address(), "127.0.0.1:50051");
    EXPECT_EQ(config.admin().address(), "127.0.0.1:9901");
    EXPECT_EQ(config.limits().calls_in_flight(), 1000);
    EXPECT_EQ(config.limits().bytes_in_flight(), 256 << 20);
    EXPECT_EQ(config.limits().request_bytes(), 10 << 20);
    EXPECT_EQ(config.limits().reply_bytes(), 16 << 20);
    EXPECT_EQ(config.limits().stream_idle().seconds(), 60);
    EXPECT_EQ(config.log().access(), pb::Log::ACCESS_ALL);
    EXPECT_TRUE(config.reflection());
    EXPECT_EQ(config.drain().max_connection_age().seconds(), 20);
    EXPECT_EQ(config.drain().grace().seconds(), 360);
    EXPECT_EQ(config.drain().timeout().seconds(), 25);
    EXPECT_EQ(config.accounts_size(), 0);
    EXPECT_EQ(config.callers_size(), 0);
    EXPECT_EQ(config.products_size(), 0);
    EXPECT_FALSE(config.listen(0).has_tls());
    EXPECT_EQ(config.proxies_size(), 0);
    EXPECT_EQ(config.cache().bytes(), 128 << 20);
    EXPECT_EQ(config.cache().stale_while_revalidate().seconds(), 0);
    EXPECT_EQ(config.cache().stale_if_error().seconds(), 0);
    EXPECT_EQ(config.cache().not_found_ttl().seconds(), 0);
    EXPECT_EQ(config.limits().caller_calls_in_flight(), 0);
    EXPECT_EQ(config.limits().caller_bytes_in_flight(), 0);
    EXPECT_EQ(config.limits().waiting_calls(), 1000);
    EXPECT_EQ(config.limits().waiting_bytes(), 128 << 20);
    EXPECT_EQ(config.attempts().read_timeout().seconds(), 2);
    EXPECT_EQ(config.attempts().hedge_after().seconds(), 0);
    EXPECT_EQ(config.attempts().warm_connections(), 0);
  }
}

TEST(ParseConfig, ReadsEveryKey) {
  const pb::Config config = Parse(R"(
listen:
  - address: 127.0.0.1:0
  - {address: "[::1]:7000"}
  - address: 0.0.0.0:50051
    tls: {cert_file: s.pem, key_file: s.key, client_ca_file: ca.pem}
  - {address: "[::]:50052", plaintext: true}
  - address: unix:/run/tcgate/a.sock
admin: {address: 127.1.2.3:9}
accounts:
  prod:
    site: mainland
    region: ap-guangzhou
    language: zh-CN
    credentials: {profile: {file: /etc/keys, name: prod}}
    endpoint: {url: "https://127.0.0.1:8180", ca_file: ca.pem, failover: ["https://{product}.example.org"]}
    share: 0.25
    quota_group: together
  spare: {credentials: {environment: {}}}
  mounted: {credentials: {file: {path: /run/secrets/key}}}
  bare:
callers:
  - {match: {anonymous: true}, account: prod, actions: ["a.*", "b.Get*"]}
  - match: {spiffe: spiffe://example.org/ns/a/*}
    account: prod
    actions: ["*"]
    read_only: true
    weight: 5
  - {match: {unix: /run/tcgate/a.sock}, account: prod, actions: ["*"]}
  - {match: {anonymous: true, remote: true}, actions: []}
proxies:
  - spiffe: spiffe://example.org/envoy
  - unix: /run/tcgate/a.sock
cache: {bytes: 1MiB, ttl: {a.Get: 2s, b.Get: 0s}, stale_while_revalidate: 1s, stale_if_error: 1m, not_found_ttl: 3s}
attempts: {read_timeout: 3s, hedge_after: 500ms, warm_connections: 2}
products: [a, b]
limits: {calls_in_flight: 7, bytes_in_flight: 2MiB, request_bytes: 65536, reply_bytes: 1GiB, stream_idle: 5s, caller_calls_in_flight: 3, caller_bytes_in_flight: 1MiB, waiting_calls: 5, waiting_bytes: 4MiB}
log: {access: errors}
reflection: false
drain: {max_connection_age: 2s, grace: 1m30s, timeout: 2500ms}
)");
  ASSERT_EQ(config.listen_size(), 5);
  EXPECT_EQ(config.listen(1).address(), "[::1]:7000");
  EXPECT_FALSE(config.listen(1).has_tls());
  EXPECT_EQ(config.listen(2).tls().cert_file(), "s.pem");
  EXPECT_EQ(config.listen(2).tls().key_file(), "s.key");
  EXPECT_EQ(config.listen(2).tls().client_ca_file(), "ca.pem");
  EXPECT_TRUE(config.listen(3).plaintext());
  EXPECT_EQ(config.listen(4).address(), "unix:/run/tcgate/a.sock");
  EXPECT_EQ(config.admin().address(), "127.1.2.3:9");
  ASSERT_EQ(config.accounts_size(), 4);
  const pb::Account& prod = config.accounts().at("prod");
  EXPECT_EQ(prod.site(), pb::SITE_MAINLAND);
  EXPECT_EQ(prod.region(), "ap-guangzhou");
  EXPECT_EQ(prod.language(), "zh-CN");
  EXPECT_EQ(prod.credentials().profile().file(), "/etc/keys");
  EXPECT_EQ(prod.credentials().profile().name(), "prod");
  EXPECT_EQ(prod.endpoint().url(), "https://127.0.0.1:8180");
  EXPECT_EQ(prod.endpoint().ca_file(), "ca.pem");
  EXPECT_THAT(prod.endpoint().failover(),
              testing::ElementsAre("https://{product}.example.org"));
  EXPECT_EQ(prod.share(), 0.25);
  EXPECT_EQ(prod.quota_group(), "together");
  EXPECT_EQ(config.accounts().at("mounted").credentials().file().path(),
            "/run/secrets/key");
  EXPECT_TRUE(config.accounts().at("spare").credentials().has_environment());
  const pb::Account& bare = config.accounts().at("bare");
  EXPECT_EQ(bare.site(), pb::SITE_INTERNATIONAL);
  EXPECT_EQ(bare.language(), "en-US");
  EXPECT_EQ(bare.share(), 1);
  EXPECT_EQ(bare.credentials().source_case(), pb::Credentials::SOURCE_NOT_SET);
  ASSERT_EQ(config.callers_size(), 4);
  EXPECT_TRUE(config.callers(0).match().anonymous());
  EXPECT_FALSE(config.callers(0).match().remote());
  EXPECT_FALSE(config.callers(0).read_only());
  EXPECT_EQ(config.callers(0).weight(), 1);
  EXPECT_EQ(config.callers(1).match().spiffe(), "spiffe://example.org/ns/a/*");
  EXPECT_TRUE(config.callers(1).read_only());
  EXPECT_EQ(config.callers(1).weight(), 5);
  EXPECT_EQ(config.callers(2).match().unix(), "/run/tcgate/a.sock");
  EXPECT_TRUE(config.callers(3).match().remote());
  ASSERT_EQ(config.proxies_size(), 2);
  EXPECT_EQ(config.proxies(0).spiffe(), "spiffe://example.org/envoy");
  EXPECT_EQ(config.proxies(1).unix(), "/run/tcgate/a.sock");
  EXPECT_EQ(config.cache().bytes(), 1 << 20);
  EXPECT_EQ(config.cache().ttl().at("a.Get").seconds(), 2);
  EXPECT_EQ(config.cache().ttl().at("b.Get").seconds(), 0);
  EXPECT_EQ(config.cache().stale_while_revalidate().seconds(), 1);
  EXPECT_EQ(config.cache().stale_if_error().seconds(), 60);
  EXPECT_EQ(config.cache().not_found_ttl().seconds(), 3);
  EXPECT_EQ(config.callers(0).account(), "prod");
  EXPECT_THAT(config.callers(0).actions(),
              testing::ElementsAre("a.*", "b.Get*"));
  EXPECT_THAT(config.products(), testing::ElementsAre("a", "b"));
  EXPECT_EQ(config.limits().calls_in_flight(), 7);
  EXPECT_EQ(config.limits().bytes_in_flight(), 2 << 20);
  EXPECT_EQ(config.limits().request_bytes(), 65536);
  EXPECT_EQ(config.limits().reply_bytes(), 1 << 30);
  EXPECT_EQ(config.limits().stream_idle().seconds(), 5);
  EXPECT_EQ(config.limits().caller_calls_in_flight(), 3);
  EXPECT_EQ(config.limits().caller_bytes_in_flight(), 1 << 20);
  EXPECT_EQ(config.limits().waiting_calls(), 5);
  EXPECT_EQ(config.limits().waiting_bytes(), 4 << 20);
  EXPECT_EQ(config.attempts().read_timeout().seconds(), 3);
  EXPECT_EQ(config.attempts().hedge_after().nanos(), 500'000'000);
  EXPECT_EQ(config.attempts().warm_connections(), 2);
  EXPECT_EQ(config.log().access(), pb::Log::ACCESS_ERRORS);
  EXPECT_FALSE(config.reflection());
  EXPECT_EQ(config.drain().max_connection_age().seconds(), 2);
  EXPECT_EQ(config.drain().grace().seconds(), 90);
  EXPECT_EQ(config.drain().timeout().nanos(), 500'000'000);
}

TEST(ParseConfig, TellsWhatStandsWhere) {
  Places places;
  Faults faults("c.yaml");
  ReadConfig(
      "log: {access: all}\n"
      "callers:\n"
      "- match: {anonymous: true}\n"
      "  actions: [a.*,\n"
      "            b.*]\n"
      "accounts:\n"
      "  a.b: {}\n",
      faults, places);
  EXPECT_TRUE(faults.empty()) << faults.Text();
  EXPECT_EQ(places.LineOf("log.access"), 1);
  EXPECT_EQ(places.LineOf("callers"), 2);
  EXPECT_EQ(places.LineOf("callers[0]"), 3);
  EXPECT_EQ(places.LineOf("callers[0].actions[1]"), 5);
  EXPECT_EQ(places.LineOf("accounts.a.b"), 7);
  // What is not in the file stands where the nearest thing around it does.
  EXPECT_EQ(places.LineOf("callers[0].account"), 3);
  EXPECT_EQ(places.LineOf("callers[0].match.spiffe"), 3);
  EXPECT_EQ(places.LineOf("accounts.a.b.endpoint.url"), 7);
  EXPECT_EQ(places.LineOf("drain.timeout"), 0);
  places.Forget("callers");
  EXPECT_EQ(places.LineOf("callers[0].account"), 0);
  EXPECT_EQ(places.LineOf("log.access"), 1);
}

TEST(Faults, TellWhetherAnotherMayOnlyFollowFromThem) {
  Faults faults("c.yaml");
  faults.Add(3, "listen[0].address", "wrong");
  EXPECT_TRUE(faults.Touch("listen[0]"));
  EXPECT_TRUE(faults.Touch("listen[0].address"));
  EXPECT_FALSE(faults.Touch("listen[1]"));
  EXPECT_FALSE(faults.Touch("listen[0].addresses"));
  faults.Add(0, "--listen", "wrong, too");
  EXPECT_EQ(faults.Text(),
            "--listen: wrong, too\nc.yaml:3: listen[0].address: wrong");
}

TEST(ExampleFile, IsValid) {
  const auto config =
      ParseConfig(*ReadFile(TCGATE_DEPLOY "/config.example.yaml"), "example");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(CheckConfig(**config, {{.label = "trro.GetDevices", .read = true},
                                     {.label = "trtc.DescribeRecord"}}),
              testing::IsEmpty());
  EXPECT_EQ((*config)->accounts().at("default").region(), "ap-singapore");
}

TEST(ExampleFile, HoldsWithEveryCommentedKeySwitchedOn) {
  std::ifstream file(TCGATE_DEPLOY "/config.example.yaml");
  std::string text;
  int switched = 0;
  // A commented key is one lower case word with a colon behind it.
  const std::regex key("^( *)# ( *[a-z_]+:.*)$");
  for (std::string line; std::getline(file, line);) {
    std::smatch match;
    if (std::regex_match(line, match, key)) {
      line = match.str(1).append(match.str(2));
      ++switched;
    }
    text.append(line).append("\n");
  }
  // The sources of a credential exclude each other.
  for (const char* source : {"      environment: {}", "      file: {path"}) {
    const std::size_t at = text.find(source);
    ASSERT_NE(at, std::string::npos);
    text.insert(at, 1, '#');
  }
  EXPECT_GE(switched, 20);
  const auto config = ParseConfig(text, "c.yaml");
  EXPECT_TRUE(config.ok()) << config.status();
}

TEST(ParseConfig, AFaultIsOneLineWhateverTheFileHolds) {
  for (const std::string& text :
       {std::string("\"a\\nb\": 1"), std::string("a: {b: \"\\0\0", 9)}) {
    const auto config = ParseConfig(text, "f");
    ASSERT_FALSE(config.ok()) << text;
    EXPECT_EQ(config.status().message().find_first_of({"\n\0", 2}),
              absl::string_view::npos)
        << config.status();
  }
}

}  // namespace
}  // namespace tcgate
