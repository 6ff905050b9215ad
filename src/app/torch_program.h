#pragma once

#include <CLI/CLI.hpp>

namespace vividface {

/// Ends this process for vividface-torch with all of this process's arguments.
[[noreturn]] void become_torch_program();

/// Adds the commands that need libtorch, `transfer`, `train` and `bench networks` (after add_bench, whose command it
/// shares): they end this process for vividface-torch beside it, with the same arguments `argv`.
void add_torch_commands(CLI::App& program, char** argv);

}  // namespace vividface
