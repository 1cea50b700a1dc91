#include "client/cli/request_metadata.h"

#include <gtest/gtest.h>

namespace tcgate {
namespace {

struct Row {
  const char* text;
  const char* key;
  const char* value;
  const char* fault;
};

class Metadata : public testing::TestWithParam<Row> {};

TEST_P(Metadata, IsWhatGrpcCanSend) {
  const Row& row = GetParam();
  std::string key, value;
  EXPECT_EQ(SplitMetadata(row.text, key, value), row.fault);
  if (*row.fault != '\0') return;
  EXPECT_EQ(key, row.key);
  EXPECT_EQ(value, row.value);
}

INSTANTIATE_TEST_SUITE_P(
    All, Metadata,
    testing::Values(Row{"tcgate-region:ap-one", "tcgate-region", "ap-one", ""},
                    Row{"TcGate-Region: a:b ", "tcgate-region", "a:b", ""},
                    Row{"key:", "key", "", ""},
                    Row{"x-bin:\x01\xff", "x-bin", "\x01\xff", ""},
                    Row{"key", "", "", "\"key\" is not of the form key:value"},
                    Row{":value", "", "", "\"\" cannot be a key of metadata"},
                    Row{"a b:c", "", "", "\"a b\" cannot be a key of metadata"},
                    Row{"grpc-timeout:1S", "", "",
                        "\"grpc-timeout\" cannot be a key of metadata"},
                    Row{"key:a\nb", "", "",
                        "the value of key must be printable ASCII"},
                    Row{"key:\xc3\xa9", "", "",
                        "the value of key must be printable ASCII"}));

}  // namespace
}  // namespace tcgate
