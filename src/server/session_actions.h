#pragma once

#include <string>
#include <vector>

#include "server/live_actions.h"

namespace vividface {

/// A session of the service, as its clients see it.
struct LiveSession {
  std::string name;  ///< in its path and in the metrics; empty: the only one, at the root
  LiveShadow& live;
  HttpActions actions;  ///< live_actions(live)
};

/// What clients may do with all sessions: each under its own path, stop and release of all, the list of them, and the
/// numbers of all for Prometheus. A single one without a name is at the root. They must outlive it.
HttpActions session_actions(std::vector<LiveSession> sessions);

}  // namespace vividface
