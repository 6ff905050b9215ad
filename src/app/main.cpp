#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "app/commands.h"
#include "base/error.h"

namespace {

constexpr int kFailed = 1;
constexpr int kWrongInput = 2;

int fail(int code, const std::exception& error) {
  std::cerr << "vividface: " << error.what() << '\n';
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("vividface: a camera watches a person, a humanoid robot shows the same expression");
  program.name("vividface");
  program.require_subcommand(1);

  try {
    program.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.exit(error);  // --help
    return fail(kWrongInput, error);
  } catch (const vividface::InputError& error) {
    return fail(kWrongInput, error);
  } catch (const std::exception& error) {
    return fail(kFailed, error);
  }
}
