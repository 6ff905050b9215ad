#include "server/live_engines.h"

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"

namespace vividface {

using boost::beast::http::status;

LiveEngines::LiveEngines(std::vector<EngineOffer> offers, std::string_view running,
                         std::function<void(std::string_view, ShadowParts)> use, std::function<std::string()> bound)
    : offers_(std::move(offers)), use_(std::move(use)), bound_(std::move(bound)), running_(running) {}

std::optional<Refusal> LiveEngines::choose(std::string_view name) {
  const auto offer = std::ranges::find(offers_, name, [](const EngineOffer& it) { return it.engine.name; });
  if (offer == offers_.end()) return Refusal{status::not_found, "there is no such engine"};
  if (!offer->lacks.empty()) return Refusal{status::conflict, offer->lacks};
  {
    const std::lock_guard lock(mutex_);
    if (!loading_.empty()) return Refusal{status::conflict, "the engine " + loading_ + " is being loaded"};
    if (running_ == name) return std::nullopt;
    loading_ = name;
  }
  // A recording that begins from here on is refused by settled(); of one that began before `bound` knows.
  std::optional<Refusal> refused = load(*offer);
  const std::lock_guard lock(mutex_);
  loading_.clear();
  if (!refused) running_ = name;
  return refused;
}

std::optional<Refusal> LiveEngines::load(const EngineOffer& offer) const {
  try {
    if (std::string line = bound_(); !line.empty()) return Refusal{status::conflict, std::move(line)};
    use_(offer.engine.name, offer.make());
    return std::nullopt;
  } catch (const InputError& error) {
    return Refusal{status::conflict, error.what()};
  } catch (const std::exception& error) {  // libtorch's go on with a stack trace
    const std::string_view what = error.what();
    return Refusal{status::internal_server_error, printable(std::string(what.substr(0, what.find('\n'))))};
  } catch (...) {
    return Refusal{status::internal_server_error, "unknown failure"};
  }
}

std::string LiveEngines::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

std::string LiveEngines::settled() const {
  const std::lock_guard lock(mutex_);
  if (!loading_.empty()) throw InputError("the engine " + loading_ + " is being loaded: wait until it is there");
  return running_;
}

std::string LiveEngines::message() const {
  using Json = nlohmann::ordered_json;
  Json message = {{"v", 1}, {"engines", Json::array()}, {"loading", nullptr}};
  const std::lock_guard lock(mutex_);
  for (const EngineOffer& offer : offers_) {
    Json entry = {{"name", offer.engine.name}, {"about", offer.engine.about}, {"available", offer.lacks.empty()}};
    if (!offer.lacks.empty()) entry["reason"] = offer.lacks;
    entry["running"] = offer.engine.name == running_;
    message["engines"].push_back(std::move(entry));
  }
  if (!loading_.empty()) message["loading"] = loading_;
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace vividface
