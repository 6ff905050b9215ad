#pragma once

#include <CLI/CLI.hpp>

namespace vividface {

/// Adds the commands that need libtorch, `train` and `bench networks` (after add_bench, whose command it shares): they
/// end this process for vividface-torch beside it, with the same arguments `argv`.
void add_torch_commands(CLI::App& program, char** argv);

}  // namespace vividface
