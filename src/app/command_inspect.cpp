#include <iostream>
#include <string>

#include "app/commands.h"
#include "checkpoint/checkpoint.h"

namespace vividface {
namespace {

void inspect(const std::string& name) {
  const Checkpoint file = Checkpoint::read(name);
  std::size_t elements = 0;
  for (const auto& [key, value] : file.metadata()) std::cout << key << ": " << value << '\n';
  for (const auto& [key, tensor] : file.tensors()) {
    std::cout << key << "  " << tensor_type_name(tensor.type) << ' ' << shape_text(tensor.shape) << '\n';
    elements += static_cast<std::size_t>(tensor.element_count());
  }
  std::cout << file.tensors().size() << " tensors, " << elements << " values\n";
}

}  // namespace

void add_inspect(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("inspect", "List what is in a weight file: safetensors, or a .pth of PyTorch");
  auto file = std::make_shared<std::string>();
  command->add_option("FILE", *file, "the weight file")->required();
  command->footer(
      "Examples:\n  vividface inspect models/mapping_mesh.safetensors\n  vividface inspect motion_extractor.pth");
  command->callback([file] { inspect(*file); });
}

}  // namespace vividface
