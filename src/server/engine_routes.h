#pragma once

#include "server/http_routes.h"
#include "server/live_engines.h"

namespace vividface {

// What clients may do with a session's engines, which must outlive it.

/// GET /engines → LiveEngines::message()
Route engines_route(const LiveEngines& engines);

/// POST /engine, {"name":"mesh"}: that one is loaded and shadows from the next frame on → as for GET /engines; 400 for
/// another body, else as LiveEngines::choose.
WaitingRoute engine_route(LiveEngines& engines);

}  // namespace vividface
