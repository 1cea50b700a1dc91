#include "service/sandbox/template.h"

#include <gtest/gtest.h>

#include <string>

namespace tcgate {
namespace {

using nlohmann::json;

TEST(TemplateTest, ReplacesWhatIsInBraces) {
  std::uint64_t count = 0;
  const json record = {{"TaskId", "t1"}, {"N", 7}};
  const auto expand = [&](const json& value) {
    return Expand(value, record, 1753146000, count);
  };
  EXPECT_EQ(expand(5), 5);
  EXPECT_EQ(expand("text"), "text");
  EXPECT_EQ(expand("{count}"), 100001);
  EXPECT_EQ(expand("id-{count}"), "id-100002");
  EXPECT_EQ(expand("{now}"), 1753146000);
  EXPECT_EQ(expand("{now-3600}"), 1753142400);
  EXPECT_EQ(expand("{now+1}"), 1753146001);
  EXPECT_EQ(expand("{now_ms}"), 1753146000000);
  EXPECT_EQ(expand("{iso}"), "2025-07-22T09:00:00+08:00");
  EXPECT_EQ(expand("{date}"), "2025-07-22 09:00:00");
  EXPECT_EQ(expand("a/{TaskId}/{N}.b"), "a/t1/7.b");
  EXPECT_EQ(expand("{hex16}").get<std::string>().size(), 16U);
  EXPECT_EQ(expand("x{uuid}").get<std::string>().size(), 37U);
  EXPECT_NE(expand("{uuid}"), expand("{uuid}"));
}

}  // namespace
}  // namespace tcgate
