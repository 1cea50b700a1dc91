#include "service/rpc/forwarded_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tcgate {
namespace {

using testing::HasSubstr;

struct Good {
  const char* value;
  const char* id;
};

class ForwardedClientTest : public testing::TestWithParam<Good> {};

TEST_P(ForwardedClientTest, IsTheUriOfTheLastElement) {
  const ForwardedClient client = LastForwardedClient(GetParam().value);
  EXPECT_EQ(client.fault, nullptr) << client.fault;
  EXPECT_EQ(client.id, GetParam().id);
}

INSTANTIATE_TEST_SUITE_P(
    All, ForwardedClientTest,
    testing::Values(
        Good{"URI=spiffe://a/b", "spiffe://a/b"},
        // As Envoy writes it.
        Good{"By=spiffe://a/gate;Hash=0af;Subject=\"CN=x,O=y;z\";URI=spiffe://"
             "a/b;DNS=x.example",
             "spiffe://a/b"},
        Good{"By=;Hash=1;URI=spiffe://a/b", "spiffe://a/b"},
        Good{"uri=spiffe://a/b", "spiffe://a/b"},
        Good{"URI=\"spiffe://a/b\"", "spiffe://a/b"},
        Good{"URI=;URI=spiffe://a/b", "spiffe://a/b"},
        // What stands before the last element may be forged.
        Good{"URI=spiffe://a/admin,Hash=1;URI=spiffe://a/b", "spiffe://a/b"},
        Good{"URI=spiffe://a/x,URI=spiffe://a/y,URI=spiffe://a/b",
             "spiffe://a/b"},
        Good{"Subject=\"\\\"\\\\\",URI=spiffe://a/b", "spiffe://a/b"},
        Good{"Subject=\",URI=spiffe://a/admin\";URI=spiffe://a/b",
             "spiffe://a/b"}));

class NoForwardedClient : public testing::TestWithParam<const char*> {};

TEST_P(NoForwardedClient, HasNoId) {
  const ForwardedClient client = LastForwardedClient(GetParam());
  EXPECT_EQ(client.id, "");
  ASSERT_NE(client.fault, nullptr);
  EXPECT_THAT(client.fault, HasSubstr("SPIFFE id"));
}

INSTANTIATE_TEST_SUITE_P(
    All, NoForwardedClient,
    testing::Values("Hash=1", "URI=", "URI=https://a/b",
                    "URI=spiffe://a/b;URI=spiffe://a/c",
                    "URI=spiffe://a/b;URI=spiffe://a/b", "URI=spiffe://a/b/",
                    "URI=spiffe://a/b ", "URI=spiffe://a/%62",
                    // The last element has none, whatever the others have.
                    "URI=spiffe://a/admin,Hash=1",
                    "Subject=\"URI=spiffe://a/b\""));

class MalformedForwardedClient : public testing::TestWithParam<const char*> {};

TEST_P(MalformedForwardedClient, IsRefused) {
  const ForwardedClient client = LastForwardedClient(GetParam());
  EXPECT_EQ(client.id, "");
  ASSERT_NE(client.fault, nullptr);
  EXPECT_THAT(client.fault, HasSubstr("cannot be read"));
}

INSTANTIATE_TEST_SUITE_P(
    All, MalformedForwardedClient,
    testing::Values("", "spiffe://a/b", "=x", ",", ";", "URI=spiffe://a/b,",
                    "URI=spiffe://a/b;", ",URI=spiffe://a/b",
                    "URI=\"spiffe://a/b", "URI=\"spiffe://a/b\"x",
                    "URI=spiffe://a\"/b", "URI=\"spiffe://a/b\\\"",
                    // A quote left open by a client, and what a proxy adds.
                    "X=\",By=g;Hash=1;Subject=\"CN=c\";URI=spiffe://a/b",
                    "X=\",By=g;Subject=\";URI=spiffe://a/admin;Y=\";URI=spiffe:"
                    "//a/b",
                    "X=\"\\,By=g;Subject=\"CN=c\";URI=spiffe://a/b"));

}  // namespace
}  // namespace tcgate
