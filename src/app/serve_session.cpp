#include "app/serve_session.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <iostream>
#include <utility>

#include "app/engine.h"
#include "app/latency_report.h"
#include "app/process.h"
#include "app/reference_option.h"
#include "server/calibration_routes.h"
#include "server/engine_routes.h"
#include "server/log_event.h"
#include "server/profile_routes.h"
#include "server/watched_parts.h"

namespace vividface {
namespace {

std::unique_ptr<FrameSource> open_source(const ServeConfig& config) {
  if (config.camera >= 0) return open_camera(static_cast<int>(config.camera));
  if (config.replay.empty()) return nullptr;
  const auto open = [clip = config.replay] { return open_frame_source(clip); };
  return config.loop ? loop_frame_source(open) : open();
}

std::optional<ZeromqJson> open_json(const ServeConfig& config, const ServeShared& shared) {
  if (config.zmq_json.empty()) return std::nullopt;
  return std::optional<ZeromqJson>(std::in_place, config.zmq_json, shared.table, shared.key);
}

std::optional<SessionRecorder> open_recording(const ServeConfig& config, const ServeShared& shared) {
  if (config.record.empty()) return std::nullopt;
  return std::optional<SessionRecorder>(std::in_place, config.record, session_header(config, shared.safety));
}

// Whether it is there.
bool open_stop_file(const ServeConfig& config, std::optional<StopFile>& file) {
  if (!config.stop_file.empty()) file.emplace(config.stop_file);
  return file && file->is_there();
}

ShadowParts engine(const ServeConfig& config, Preview& preview) {
  ShadowParts parts = make_engine(engine_options(config));
  parts.reference = reference_chooser(config.neutral);
  return watched(std::move(parts), preview);
}

std::vector<EngineOffer> offers(const ServeConfig& config, Preview& preview) {
  std::vector<EngineOffer> all;
  for (const Engine& it : kEngines) {
    const ServeConfig with = with_engine(config, it.name);
    all.push_back({.engine = it, .lacks = what_engine_lacks(engine_options(with)), .make = [with, &preview] {
                     return engine(with, preview);
                   }});
  }
  return all;
}

}  // namespace

ServeSession::ServeSession(std::string name, const ServeConfig& config, const ServeShared& shared)
    : name_(std::move(name)),
      config_(config),
      shared_(shared),
      source_(open_source(config)),
      has_source_(source_ != nullptr),
      link_({.endpoint = config.zmq, .timestamp = config.zmq_timestamp, .key = shared.key}),
      json_(open_json(config, shared)),
      starts_stopped_(open_stop_file(config, stop_file_)),
      recorder_(open_recording(config, shared)),
      recorded_(recorder_ ? &*recorder_ : nullptr),
      recordings_(config.recordings, recorded_,
                  [this] { return session_header(with_engine(config_, engines_.settled()), shared_.safety); },
                  {.bytes = static_cast<std::uintmax_t>(config.max_recording_mib) << 20,
                   .time = std::chrono::seconds(config.max_recording_s)}),
      people_(config.people),
      live_(engine(config, preview_), shared.table, shared.limits, link_, json_ ? &*json_ : nullptr, &recorded_,
            starts_stopped_),
      engines_(
          offers(config, preview_), config.engine,
          [this](std::string_view to, ShadowParts parts) { use_engine(to, std::move(parts)); },
          [this] { return why_bound(); }),
      profile_(config.profile, [this](SharedProfile profile) { live_.shape(std::move(profile)); }),
      state_(live_.state()) {}

LiveSession ServeSession::client_side() {
  HttpActions actions = live_actions(live_, {.takes_frames = !has_source_,
                                             .session = name_,
                                             .max_pixels = static_cast<long>(config_.max_frame_pixels),
                                             .find_faces = shared_.find_faces});
  actions.pictures = {[this] { return preview_.person.newest(); }, [this] { return preview_.animated.newest(); }};
  actions.routes.push_back(profile_routes(profile_));
  actions.routes.push_back(calibration_route(live_.calibration()));
  actions.routes.push_back(engines_route(engines_));
  actions.waiting = {recording_routes(recordings_, shelf_), people_routes(live_.calibration(), people_),
                     engine_route(engines_)};
  if (stop_file_) actions = stop_file_->kept_by(std::move(actions));
  return {.name = name_, .live = live_, .actions = std::move(actions)};
}

void ServeSession::use_engine(std::string_view engine, ShadowParts parts) {
  live_.use_engine(std::move(parts));
  spdlog::info("{}engine {}", name_.empty() ? "" : name_ + ": ", engine);
}

std::string ServeSession::why_bound() const {
  if (recorder_) return "a recording is of one engine: to change it, start the service without --record";
  return recordings_.running() ? "a recording is of one engine: stop the recording first" : "";
}

void ServeSession::start() {
  if (has_source_)
    pump_.emplace(std::move(source_), config_.camera < 0,
                  frame_sink(
                      live_, [this] { return recorded_.is_on(); }));
  if (recorder_) recorder_->keep();
}

void ServeSession::look() {
  recordings_.watch();
  profile_.look(ProfileStore::Clock::now());
  const std::string_view now = live_.state();
  if (now == state_) return;
  spdlog::info("{}", name_.empty() ? log_event("state", {{"from", state_}, {"to", now}})
                                   : log_event("state", {{"session", name_}, {"from", state_}, {"to", now}}));
  state_ = now;
}

std::string ServeSession::description() const {
  return "controls on " + link_.endpoint() + (json_ ? ", as JSON on " + json_->endpoint() : "") +
         (starts_stopped_ ? "\nstopped, as \"" + config_.stop_file + "\" is there: release it to begin" : "");
}

void ServeSession::report() {
  pump_.reset();
  const StreamReport report{.engine = engines_.running(),
                            .input = "live",
                            .realtime = true,
                            .counts = live_.counts(),
                            .dropped = live_.dropped(),
                            .peak_memory = peak_resident_bytes()};
  if (!name_.empty()) std::cout << name_ << ": ";
  print_summary(std::cout, report, live_.latency());
  if (live_.state() == "stopped")
    std::cout << (name_.empty() ? "" : name_ + ": ") << "ended stopped: the robot was left in its frozen pose\n";
  if (recorder_) end_recording(*recorder_, config_.record);
}

}  // namespace vividface
