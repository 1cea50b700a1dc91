#include "service/upstream/endpoint.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tcgate {
namespace {

using testing::HasSubstr;
using testing::Not;

struct GoodUrl {
  const char* url;
  const char* host;       // Of the Host header.
  const char* canonical;  // What is called.
};

class GoodUrlTest : public testing::TestWithParam<GoodUrl> {};

TEST_P(GoodUrlTest, Table) {
  const GoodUrl& row = GetParam();
  const absl::StatusOr<Endpoint> endpoint = ParseEndpointUrl(row.url);
  ASSERT_TRUE(endpoint.ok()) << endpoint.status().ToString();
  EXPECT_EQ(endpoint->host, row.host);
  EXPECT_EQ(endpoint->url, row.canonical);
  EXPECT_EQ(endpoint->ca_file, "");
}

INSTANTIATE_TEST_SUITE_P(
    All, GoodUrlTest,
    testing::Values(
        GoodUrl{"https://api.example.com", "api.example.com",
                "https://api.example.com/"},
        GoodUrl{"https://API.Example.com/", "api.example.com",
                "https://api.example.com/"},
        GoodUrl{"https://api.example.com:443", "api.example.com",
                "https://api.example.com/"},
        GoodUrl{"https://127.0.0.1:8180", "127.0.0.1:8180",
                "https://127.0.0.1:8180/"},
        GoodUrl{"https://10.0.0.1:65535", "10.0.0.1:65535",
                "https://10.0.0.1:65535/"},
        GoodUrl{"https://[2001:db8::1]:1", "[2001:db8::1]:1",
                "https://[2001:db8::1]:1/"},
        GoodUrl{"http://127.0.0.1:8180", "127.0.0.1:8180",
                "http://127.0.0.1:8180/"},
        GoodUrl{"http://127.255.0.9", "127.255.0.9", "http://127.255.0.9/"},
        GoodUrl{"http://[::1]:8180", "[::1]:8180", "http://[::1]:8180/"},
        GoodUrl{"http://localhost:443", "localhost:443",
                "http://localhost:443/"}));

struct BadUrl {
  const char* url;
  const char* says;
};

class BadUrlTest : public testing::TestWithParam<BadUrl> {};

TEST_P(BadUrlTest, Table) {
  const BadUrl& row = GetParam();
  const absl::StatusOr<Endpoint> endpoint = ParseEndpointUrl(row.url);
  ASSERT_EQ(endpoint.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(endpoint.status().message()), HasSubstr(row.says));
  EXPECT_THAT(std::string(endpoint.status().message()),
              HasSubstr("https://host"));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadUrlTest,
    testing::Values(
        BadUrl{"", "does not begin with https://"},
        BadUrl{"api.example.com", "does not begin with https://"},
        BadUrl{"ftp://api.example.com", "does not begin with https://"},
        BadUrl{"https:///", "names no host"},
        BadUrl{"https://", "names no host"},
        BadUrl{"https://:8180", "names no host"},
        BadUrl{"https://host:", "names no host"},
        BadUrl{"https://a b", "names no host"},
        BadUrl{"https://a\r\nx", "names no host"},
        BadUrl{"https://::1", "names no host"},
        BadUrl{"https://[::1", "names no host"},
        BadUrl{"https://[1.2.3.4]", "names no host"},
        BadUrl{"https://[::1]8180", "names no host"},
        BadUrl{"https://host:0", "port"}, BadUrl{"https://host:65536", "port"},
        BadUrl{"https://host:+80", "port"}, BadUrl{"https://host:8o", "port"},
        BadUrl{"https://host/path", "path"}, BadUrl{"https://host//", "path"},
        BadUrl{"https://host?a=b", "query"},
        BadUrl{"https://host#a", "fragment"},
        BadUrl{"http://api.example.com", "plain http"},
        BadUrl{"http://127.0.0.1.example.com", "plain http"},
        BadUrl{"http://127.1", "plain http"},
        BadUrl{"http://128.0.0.1", "plain http"},
        BadUrl{"http://[::2]", "plain http"},
        BadUrl{"http://localhost.example.com", "plain http"}));

TEST(ParseEndpointUrl, APasswordInTheUrlIsRefusedAndNotShown) {
  const absl::StatusOr<Endpoint> endpoint =
      ParseEndpointUrl("https://user:hunter2@host");
  ASSERT_EQ(endpoint.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(endpoint.status().message()),
              Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace tcgate
