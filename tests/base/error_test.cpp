#include "base/error.h"

#include <gtest/gtest.h>

namespace vividface {
namespace {

TEST(InputError, IsOneLineWhateverItQuotes) {
  EXPECT_STREQ(InputError("control Jaw Yaw: größer").what(), "control Jaw Yaw: größer");
  EXPECT_STREQ(InputError(std::string("tensor \"a\r\nb\0c\x1b[2J\x7f\"", 20)).what(), "tensor \"a??b?c?[2J?\"");
}

TEST(Printable, TakesControlCharactersOutAndLeavesTheRest) {
  EXPECT_EQ(printable("größer é 表情.mp4"), "größer é 表情.mp4");
  EXPECT_EQ(printable("a\x1b]0;title\x07.mp4"), "a?]0;title?.mp4");
  EXPECT_EQ(printable("a\xc2\x9b"
                      "2J"),
            "a??2J")
      << "U+009B begins a control sequence, too";
}

}  // namespace
}  // namespace vividface
