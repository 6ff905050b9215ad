#include "server/engines_message.h"

#include <nlohmann/json.hpp>

#include "shadow/engines.h"

namespace vividface {

std::string engines_message(std::string_view running) {
  nlohmann::ordered_json message = {{"v", 1}, {"engines", nlohmann::ordered_json::array()}};
  for (const Engine& engine : kEngines) {
    const bool runs = engine.name == running;  // and stays until the end
    nlohmann::ordered_json entry = {{"name", engine.name}, {"about", engine.about}, {"available", runs}};
    if (!runs) entry["reason"] = engine.start;
    entry["running"] = runs;
    message["engines"].push_back(std::move(entry));
  }
  return message.dump();
}

}  // namespace vividface
