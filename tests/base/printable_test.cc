#include "service/base/printable.h"

#include <gtest/gtest.h>

namespace tcgate {
namespace {

TEST(Printable, LeavesTextAlone) {
  EXPECT_EQ(Printable(""), "");
  EXPECT_EQ(Printable("plain \"text\" \xe4\xb8\xad"),
            "plain \"text\" \xe4\xb8\xad");
}

TEST(Printable, ReplacesWhatDrivesATerminal) {
  EXPECT_EQ(Printable("a\nb\r\x1b[2J\x7f"), "a?b??[2J?");
  EXPECT_EQ(Printable(std::string("a\0b", 3)), "a?b");
}

TEST(Printable, ReplacesWhatIsNoUtf8ByteByByte) {
  EXPECT_EQ(Printable("\xff\xe4\xb8"), "???");
}

}  // namespace
}  // namespace tcgate
