#include "app/torch_program.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <vector>

namespace vividface {
namespace {

/// What stands before the command are this program's own options.
[[noreturn]] void hand_over(char** argv, std::string_view command) {
  const auto program = std::filesystem::read_symlink("/proc/self/exe").replace_filename("vividface-torch");
  char** last = argv;
  while (*last != nullptr) ++last;
  std::vector<char*> arguments = {argv[0]};
  arguments.insert(arguments.end(), std::find(argv + 1, last, command), last + 1);
  execv(program.c_str(), arguments.data());
  throw std::runtime_error(program.string() + " cannot be started: " + std::generic_category().message(errno));
}

void add(CLI::App& parent, const char* name, const char* about, char** argv, const char* command) {
  CLI::App* handed_over = parent.add_subcommand(name, about);
  handed_over->set_help_flag();  // the other program has it
  handed_over->preparse_callback([argv, command](std::size_t) { hand_over(argv, command); });
}

}  // namespace

void add_torch_commands(CLI::App& program, char** argv) {
  add(program, "train", "Train a network", argv, "train");
  add(*program.get_subcommand("bench"), "networks", "Time the published networks: each one and the whole frame", argv,
      "bench");
}

}  // namespace vividface
