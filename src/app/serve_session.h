#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/serve_recording.h"
#include "links/zeromq_json.h"
#include "links/zeromq_link.h"
#include "server/frame_pump.h"
#include "server/live_engines.h"
#include "server/people.h"
#include "server/preview.h"
#include "server/profile_store.h"
#include "server/recording_routes.h"
#include "server/session_actions.h"
#include "server/stop_file.h"

namespace vividface {

/// What all sessions of 'serve' share.
struct ServeShared {
  const ControlTable& table;
  SafetyLimits limits;
  std::filesystem::path safety;  ///< the file that they are from
  std::optional<CurveKey> key;
  std::function<std::vector<cv::Rect2f>(const cv::Mat&)> find_faces;
};

/// One performer and their robot: the engine on a thread of its own, the links, a source and a recording if there are.
class ServeSession {
 public:
  /// `config`: of this session alone (ServeConfig::of). `name`: empty for the only one. `shared` must outlive it. The
  /// neutral pose is sent from now on. Throws InputError.
  ServeSession(std::string name, const ServeConfig& config, const ServeShared& shared);

  LiveSession client_side();  ///< for the server; this object must outlive it
  /// From now on a source's frames are shadowed, and the recording stays.
  void start();
  /// To be called now and then: logs a change of the state, ends a recording at its limits, reads a profile
  /// that has changed.
  void look();
  bool replayed() const { return !config_.replay.empty() && pump_ && pump_->ended(); }  ///< its clip has ended
  std::string description() const;  ///< where the controls go: "controls on tcp://…", and whether a stop outlasted

  /// Eases to neutral; what comes meanwhile is not followed.
  void finish() { live_.finish(); }
  /// After finish(): prints what became of the frames, and what was recorded.
  void report();

 private:
  void use_engine(std::string_view engine, ShadowParts parts);
  std::string why_bound() const;  ///< to its engine; empty: it is not

  std::string name_;
  ServeConfig config_;
  const ServeShared& shared_;
  std::unique_ptr<FrameSource> source_;
  bool has_source_;
  ZeromqLink link_;
  std::optional<ZeromqJson> json_;
  std::optional<StopFile> stop_file_{};
  bool starts_stopped_;
  std::optional<SessionRecorder> recorder_;
  RecordingSwitch recorded_;
  Recordings recordings_;
  RecordingShelf shelf_;
  People people_;
  Preview preview_;
  LiveShadow live_;
  LiveEngines engines_;
  ProfileStore profile_;
  std::optional<FramePump> pump_;
  std::string_view state_;
};

}  // namespace vividface
