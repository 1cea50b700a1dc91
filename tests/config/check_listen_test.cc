// Who can come through which listener: what of it is a mistake.

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/config/check.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {
namespace {

struct Row {
  const char* text;    // Without the accounts.
  const char* faults;  // One a line; empty: none.
};

class CheckListenTest : public testing::TestWithParam<Row> {};

TEST_P(CheckListenTest, NamesEveryFault) {
  const auto config = ParseConfig(
      absl::StrCat("accounts: {default: {}}\n", GetParam().text), "c");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(absl::StrJoin(CheckConfig(**config, {}), "\n"), GetParam().faults);
}

constexpr char kNeedsTls[] =
    "listen[0]: other machines reach 0.0.0.0:1: it needs tls, or plaintext: "
    "true and an entry of callers with match: {anonymous: true, remote: true}";

INSTANTIATE_TEST_SUITE_P(
    Listeners, CheckListenTest,
    testing::Values(
        Row{"listen: [{address: 127.9.9.9:1}, {address: '[::1]:1'}]", ""},
        Row{"listen: [{address: unix:/a}, {address: unix:/b}]", ""},
        Row{"listen: [{address: 127.0.0.1:0}, {address: 127.0.0.1:0}]", ""},
        Row{"listen: [{address: 0.0.0.0:1, tls: {cert_file: a, key_file: b}}]",
            ""},
        Row{"listen: [{address: 127.0.0.1:1, tls: {cert_file: a, key_file: "
            "b}}]",
            ""},
        Row{"listen: [{address: 0.0.0.0:1}]", kNeedsTls},
        // Said once is not enough, either way.
        Row{"listen: [{address: 0.0.0.0:1}]\n"
            "callers: [{match: {anonymous: true, remote: true}, actions: []}]",
            kNeedsTls},
        Row{"listen: [{address: 0.0.0.0:1, plaintext: true}]\n"
            "callers: [{match: {anonymous: true}, actions: []}]",
            "listen[0].plaintext: must be said twice: no entry of callers has "
            "match: {anonymous: true, remote: true}"},
        Row{"listen: [{address: 0.0.0.0:1, plaintext: true}]\n"
            "callers: [{match: {anonymous: true, remote: true}, actions: []}]",
            ""},
        Row{"listen: [{address: 0.0.0.0:1, plaintext: true, tls: {cert_file: "
            "a, key_file: b}}]",
            "listen[0].plaintext: contradicts tls"},
        Row{"listen: [{address: 127.0.0.1:1, plaintext: true}]",
            "listen[0].plaintext: no other machine reaches 127.0.0.1:1, where "
            "plain text needs no leave"},
        Row{"listen: [{address: unix:/a, tls: {cert_file: a, key_file: b}}]",
            "listen[0].tls: not for a Unix socket, which is an identity "
            "itself"},
        Row{"listen: [{address: unix:/a}, {address: unix:/a}]",
            "listen[1].address: \"unix:/a\" stands twice"}));

INSTANTIATE_TEST_SUITE_P(
    Admin, CheckListenTest,
    testing::Values(
        Row{"admin: {address: 127.9.9.9:1}", ""},
        Row{"admin: {address: '[::1]:1', remote: true}", ""},
        Row{"admin: {address: 0.0.0.0:1}",
            "admin: other machines reach 0.0.0.0:1: it needs remote: true"},
        Row{"admin: {address: '[::]:1'}",
            "admin: other machines reach [::]:1: it needs remote: true"},
        Row{"admin: {address: 0.0.0.0:1, remote: true}", ""}));

INSTANTIATE_TEST_SUITE_P(
    Matches, CheckListenTest,
    testing::Values(
        Row{"listen: [{address: unix:/a}]\n"
            "callers: [{match: {unix: /a}, actions: []}]",
            ""},
        Row{"callers: [{match: {unix: /a}, actions: []}]",
            "callers[0].match.unix: no listener has the address unix:/a"},
        Row{"listen: [{address: 127.0.0.1:1, tls: {cert_file: a, key_file: b, "
            "client_ca_file: c}}]\n"
            "callers: [{match: {spiffe: spiffe://a/b}, actions: []}]",
            ""},
        Row{"listen: [{address: unix:/a}]\n"
            "proxies: [{unix: /a}]\n"
            "callers: [{match: {spiffe: spiffe://a/b}, actions: []}]",
            ""},
        Row{"callers: [{match: {spiffe: spiffe://a/b}, actions: []}]",
            "callers[0].match.spiffe: matches nobody: no listener asks for "
            "certificates (listen[].tls.client_ca_file), and there are no "
            "proxies"},
        Row{"callers: [{match: {remote: true}, actions: []}]",
            "callers[0].match: matches nobody; write {anonymous: true}, "
            "{spiffe: ...} or {unix: ...}\n"
            "callers[0].match.remote: goes with anonymous: true only"},
        Row{"listen: [{address: unix:/a}]\n"
            "callers: [{match: {anonymous: true, unix: /a}, actions: []}]",
            "callers[0].match: must hold one of anonymous, spiffe, unix; an "
            "entry for each"}));

INSTANTIATE_TEST_SUITE_P(
    Proxies, CheckListenTest,
    testing::Values(Row{"proxies: [{unix: /a}]",
                        "proxies[0].unix: no listener has the address unix:/a"},
                    Row{"proxies: [{spiffe: spiffe://a/b}]",
                        "proxies[0].spiffe: no listener asks for certificates "
                        "(listen[].tls.client_ca_file)"},
                    Row{"proxies: [ , ]",
                        "proxies[0]: must hold exactly one of spiffe, unix"}));

class WrongListenAddresses : public testing::TestWithParam<const char*> {};

TEST_P(WrongListenAddresses, AreRefused) {
  const auto config =
      ParseConfig(absl::StrCat("listen: [{address: '", GetParam(), "'}]"), "c");
  EXPECT_EQ(config.status().message(),
            absl::StrCat("c:1: listen[0].address: \"", GetParam(),
                         "\" is not an address such as 127.0.0.1:50051, "
                         "[::]:50051 or unix:/path"));
}

INSTANTIATE_TEST_SUITE_P(All, WrongListenAddresses,
                         testing::Values("", "127.0.0.1", "127.0.0.1:65536",
                                         "localhost:1", "*:1", "::1:1",
                                         "unix:", "unix:a.sock", "unix:/",
                                         "unix:/a b", "unix:/a/", "/a.sock"));

}  // namespace
}  // namespace tcgate
