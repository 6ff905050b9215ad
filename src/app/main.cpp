#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "base/error.h"
#ifndef VIVIDFACE_NEURAL_ONLY
#include "app/process.h"
#endif
#ifndef VIVIDFACE_TORCH_PROGRAM
#include "app/torch_program.h"
#endif

namespace {

constexpr int kFailed = 1;
constexpr int kWrongInput = 2;

// One line, whatever the message: scripts read it.
int fail(int code, std::string line) {
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::cerr << "vividface: " << vividface::printable(std::move(line)) << '\n';
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("vividface: a camera watches a person, a humanoid robot shows the same expression");
  program.name("vividface");
  program.set_version_flag("--version", "vividface " VIVIDFACE_VERSION);
  program.set_help_all_flag("--help-all", "Show the help of every command");
  program.require_subcommand(1);
  program.fallthrough();  // --log-level may stand behind the command, too
  program.footer("'vividface COMMAND --help' explains a command and shows examples.");

#ifndef VIVIDFACE_NEURAL_ONLY
  vividface::set_up_process(program);
  vividface::add_shadow(program);  // and the other two: in both programs, for either engine
  vividface::add_serve(program);
  vividface::add_replay(program);
#endif
#ifndef VIVIDFACE_TORCH_PROGRAM
  vividface::add_curve_key(program);
  vividface::add_evaluate(program);
  vividface::add_evaluate_mapping(program);
  vividface::add_evaluate_performers(program);
  vividface::add_evaluate_sides(program);
  vividface::add_evaluate_stillness(program);
  vividface::add_render(program);
  vividface::add_dataset(program);
  vividface::add_dataset_pose_bias(program);
  vividface::add_bench(program);
  vividface::add_torch_commands(program, argv);
#else
#ifndef VIVIDFACE_NEURAL_ONLY
  vividface::add_transfer(program);
#endif
  vividface::add_bench_networks(program);
  vividface::add_train(program);
#endif
  vividface::add_inspect(program);

  try {
    program.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.exit(error);  // --help, --version
    if (!program.get_subcommands().empty()) return fail(kWrongInput, error.what());
    const std::vector<std::string> unknown = program.remaining();
    const std::string given = unknown.empty() ? "no command given" : "no command \"" + unknown.front() + "\"";
    const bool command_missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
    return fail(kWrongInput, command_missing ? given + "; 'vividface --help' lists them" : error.what());
  } catch (const vividface::InputError& error) {
    return fail(kWrongInput, error.what());
  } catch (const std::exception& error) {
    return fail(kFailed, error.what());
  }
}
