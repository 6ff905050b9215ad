#pragma once

#include <filesystem>
#include <functional>

#include "record/session_recorder.h"
#include "server/live_shadow.h"
#include "server/serve_config.h"

namespace vividface {

/// What a recording of 'serve' says was in force. `safety`: the file of the safety limits. Paths of the configuration
/// are made absolute, so that they hold elsewhere too.
SessionHeader session_header(ServeConfig config, const std::filesystem::path& safety);

/// Where a source's pictures go. While `is_recorded` says so, each is made a JPEG on the source's own thread and is
/// shadowed as such, so that a replay sees what was seen.
std::function<void(Frame)> frame_sink(LiveShadow& live, std::function<bool()> is_recorded);

/// Ends the recording and says on stdout what it has. Throws std::runtime_error when it ended early, such as by a full
/// disk.
void end_recording(SessionRecorder& recorder, const std::string& file);

}  // namespace vividface
