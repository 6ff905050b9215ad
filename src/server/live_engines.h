#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/refusal.h"
#include "shadow/engines.h"
#include "shadow/shadow.h"

namespace vividface {

/// An engine that a session may change to.
struct EngineOffer {
  Engine engine;
  std::string lacks;                  ///< why it cannot be had in this process, and what to do; empty: it can
  std::function<ShadowParts()> make;  ///< may take its time; throws InputError
};

/// Which engine a live session has, and the change to another while it runs. Any thread may call.
class LiveEngines {
 public:
  /// `running`: the name of the one at work. `use` is given the next one. `bound`: why none may be changed to now;
  /// empty: one may.
  LiveEngines(std::vector<EngineOffer> offers, std::string_view running,
              std::function<void(std::string_view name, ShadowParts parts)> use, std::function<std::string()> bound);

  /// Loads the engine of that name, which takes seconds, and gives it to `use`. When it is refused, the one before
  /// stays: 404 for an unknown name, 409 for one that cannot be had, loaded or changed to now, 500 when it fails
  /// otherwise.
  std::optional<Refusal> choose(std::string_view name);

  std::string running() const;
  /// The same for a recording that begins, for each is of one engine. Throws InputError while another is being loaded.
  std::string settled() const;
  /// Every engine, which of them can be had, and why not; which one is loaded, or null:
  ///   {"v":1,"engines":[{"name":"mesh","about":…,"available":true,"running":true},
  ///                     {"name":…,"about":…,"available":false,"reason":…,"running":false}],"loading":null}
  std::string message() const;

 private:
  std::optional<Refusal> load(const EngineOffer& offer) const;

  const std::vector<EngineOffer> offers_;
  const std::function<void(std::string_view, ShadowParts)> use_;
  const std::function<std::string()> bound_;

  mutable std::mutex mutex_;
  std::string running_, loading_;  // names; nothing is loaded: empty
};

}  // namespace vividface
