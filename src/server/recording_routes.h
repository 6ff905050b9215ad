#pragma once

#include "server/http_routes.h"
#include "server/recording_shelf.h"
#include "server/recordings.h"

namespace vividface {

/// Answers, below a session's path; `recordings` and `shelf` must outlive it:
///   POST /record                              → the name of the recording that begins
///   DELETE /record                            → of the one that ends
///   GET /recordings                           → what is recorded now, and what there is, as JSON
///   GET /recordings/NAME                      → about it, as RecordingShelf
///   GET /recordings/NAME/controls?from=S&to=S → what the robot was sent, as JSON
///   GET /recordings/NAME/controls.csv         → all of it
///   GET /recordings/NAME/frame?number=N       → a JPEG as it came
/// 409 when a recording cannot begin or end, or cannot be read. On this machine, where nobody is asked for a token, the
/// service must be named by an address, so that no web page whose name was made to point here sees people's faces.
WaitingRoute recording_routes(Recordings& recordings, RecordingShelf& shelf);

}  // namespace vividface
