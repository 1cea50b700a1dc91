#include "service/http/url_target.h"

#include <gtest/gtest.h>

namespace tcgate {
namespace {

struct Row {
  const char* url;
  const char* host;
  const char* port = "";
  bool is_address = false;
};

class TargetOfTest : public testing::TestWithParam<Row> {};

TEST_P(TargetOfTest, Table) {
  const UrlTarget target = TargetOf(GetParam().url);
  EXPECT_EQ(target.host, GetParam().host);
  if (target.host.empty()) return;
  EXPECT_EQ(target.port, GetParam().port);
  EXPECT_EQ(target.is_address, GetParam().is_address);
}

INSTANTIATE_TEST_SUITE_P(
    All, TargetOfTest,
    testing::Values(Row{"https://api.example.com/", "api.example.com", "443"},
                    Row{"https://API.example.com", "api.example.com", "443"},
                    Row{"http://localhost:8180/a:b", "localhost", "8180"},
                    Row{"http://example.com?x=@", "example.com", "80"},
                    Row{"https://127.0.0.1:8180/", "127.0.0.1", "8180", true},
                    Row{"https://[::1]/", "::1", "443", true},
                    Row{"https://[::1]:1/", "::1", "1", true},
                    Row{"https://1.2.3.4.5/", "1.2.3.4.5", "443", false},
                    Row{"", ""}, Row{"ftp://example.com/", ""},
                    Row{"https://", ""}, Row{"https://[::1/", ""},
                    Row{"https://[::1]x/", ""}, Row{"https://a:/", ""},
                    Row{"https://a:0/", ""}, Row{"https://a:65536/", ""},
                    Row{"https://a:1x/", ""}, Row{"https://user@host/", ""}));

}  // namespace
}  // namespace tcgate
