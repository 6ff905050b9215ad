#include "server/engines_message.h"

#include <nlohmann/json.hpp>

#include "shadow/engines.h"

namespace vividface {

std::string engines_message(std::string_view running) {
  nlohmann::ordered_json message = {{"v", 1}, {"engines", nlohmann::ordered_json::array()}};
  for (const Engine& engine : kEngines) {
    nlohmann::ordered_json entry = {
        {"name", engine.name}, {"about", engine.about}, {"available", engine.missing.empty()}};
    if (!engine.missing.empty()) entry["reason"] = engine.missing;
    entry["running"] = engine.name == running;
    message["engines"].push_back(std::move(entry));
  }
  return message.dump();
}

}  // namespace vividface
