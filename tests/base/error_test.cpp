#include "base/error.h"

#include <gtest/gtest.h>

namespace vividface {
namespace {

TEST(InputError, IsOneLineWhateverItQuotes) {
  EXPECT_STREQ(InputError("control Jaw Yaw: größer").what(), "control Jaw Yaw: größer");
  EXPECT_STREQ(InputError(std::string("tensor \"a\r\nb\0c\x1b[2J\x7f\"", 20)).what(), "tensor \"a??b?c?[2J?\"");
}

}  // namespace
}  // namespace vividface
