#include "service/catalog/load_catalog.h"

#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/catalog/compile.h"
#include "tests/catalog/demo.h"

namespace tcgate {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string Write(const std::string& name, const std::string& bytes) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

TEST(LoadCatalog, WithoutFilesIsWhatTheProgramShips) {
  const auto loaded = LoadCatalog({});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const auto shipped = Catalog::Build({EmbeddedDescriptors()});
  EXPECT_EQ((*loaded)->actions().size(), (*shipped)->actions().size());
}

TEST(LoadCatalog, AddsTheProductsOfAFileBehindItsOwn) {
  const std::string file =
      Write("demo.binpb", Compile("demo.proto", Demo(Act(""))));
  const auto shipped = LoadCatalog({});
  const auto loaded = LoadCatalog({file});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ((*loaded)->products().size(), (*shipped)->products().size() + 1);
  ASSERT_NE((*loaded)->FindLabel("demo.Act"), nullptr);
  EXPECT_EQ((*loaded)->products().back().code, "demo");
}

TEST(LoadCatalog, NamesEveryFileThatIsNoDescriptorSet) {
  const std::string missing = testing::TempDir() + "no-such-file.binpb";
  const std::string text = Write("words.binpb", "syntax = \"proto3\";\n");
  const std::string empty = Write("empty.binpb", "");
  const auto loaded = LoadCatalog({missing, text, empty, testing::TempDir()});
  ASSERT_EQ(loaded.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(loaded.status().message()),
              AllOf(HasSubstr(missing + ": cannot be read"),
                    HasSubstr(text + ": no descriptor set"),
                    HasSubstr(empty + ": no descriptor set"),
                    HasSubstr(testing::TempDir() + ": cannot be read")));
}

}  // namespace
}  // namespace tcgate
