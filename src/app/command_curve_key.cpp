#include <iostream>
#include <memory>
#include <string>

#include "app/commands.h"
#include "links/curve_key.h"

namespace vividface {

void add_curve_key(CLI::App& program) {
  auto file = std::make_shared<std::string>();
  CLI::App* command = program.add_subcommand("curve-key", "Make a key pair for 'serve --zmq-curve-key'");
  command->footer(
      R"(The file is for the machine that serves alone. What is printed is the public key, for the subscribers.

Example:
    vividface curve-key robot.key)");
  command->add_option("FILE", *file, "New file for the pair")->required();
  command->callback([file] {
    const CurveKey key = CurveKey::make();
    key.save(*file);
    std::cout << key.public_key << '\n';
  });
}

}  // namespace vividface
