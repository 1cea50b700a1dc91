#include "service/base/read_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace tcgate {
namespace {

TEST(ReadFile, GivesEveryByte) {
  const std::string path = testing::TempDir() + "tcgate_read_file";
  const std::string bytes = std::string(10'000, 'x') + std::string("\0\r\n", 3);
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_EQ(*ReadFile(path), bytes);
}

TEST(ReadFile, NamesWhatCannotBeRead) {
  const auto missing = ReadFile("/nonexistent/c.yaml");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(missing.status().message(),
            "/nonexistent/c.yaml: cannot be read: No such file or directory");
  EXPECT_EQ(ReadFile("/").status().message(),
            "/: cannot be read: Is a directory");
}

}  // namespace
}  // namespace tcgate
