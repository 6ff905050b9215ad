#include "app/torch_program.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace vividface {
namespace {

[[noreturn]] void start(char** arguments) {
  const auto program = std::filesystem::read_symlink("/proc/self/exe").replace_filename("vividface-torch");
  // libgomp's threads would spin on the cores that OpenBLAS's then need. Read when the program is loaded.
  setenv("OMP_WAIT_POLICY", "passive", /*overwrite=*/0);
  execv(program.c_str(), arguments);
  throw std::runtime_error(program.string() + " cannot be started: " + std::generic_category().message(errno));
}

/// What stands before the command are this program's own options.
[[noreturn]] void hand_over(char** argv, std::string_view command) {
  char** last = argv;
  while (*last != nullptr) ++last;
  std::vector<char*> arguments = {argv[0]};
  arguments.insert(arguments.end(), std::find(argv + 1, last, command), last + 1);
  start(arguments.data());
}

void add(CLI::App& parent, const char* name, const char* about, char** argv, const char* command) {
  CLI::App* handed_over = parent.add_subcommand(name, about);
  handed_over->set_help_flag();  // the other program has it
  handed_over->preparse_callback([argv, command](std::size_t) { hand_over(argv, command); });
}

}  // namespace

void become_torch_program() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> given;
  for (std::string argument; std::getline(file, argument, '\0');) given.push_back(argument);
  std::vector<char*> arguments;
  for (std::string& argument : given) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  start(arguments.data());
}

void add_torch_commands(CLI::App& program, char** argv) {
  add(program, "transfer", "Re-enact a picture by the published networks", argv, "transfer");
  add(program, "train", "Train a network", argv, "train");
  add(*program.get_subcommand("bench"), "networks", "Time the published networks: each one and the whole frame", argv,
      "bench");
}

}  // namespace vividface
