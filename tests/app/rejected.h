#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/program.h"

namespace vividface {

/// Wrong usage or input: exit 2, nothing on stdout, one line on stderr that names `thing`.
inline void expect_rejected(const std::vector<std::string>& arguments, const std::string& thing) {
  Program program(arguments);
  EXPECT_EQ(program.wait(), 2) << program.err();
  const std::string error = program.err();
  EXPECT_THAT(error, testing::HasSubstr(thing));
  EXPECT_TRUE(error.starts_with("vividface: ")) << error;
  EXPECT_EQ(std::count(error.begin(), error.end(), '\n'), 1) << error;
  EXPECT_EQ(program.out(), "");
}

}  // namespace vividface
