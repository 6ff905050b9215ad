#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <string>
#include <vector>

namespace vividface {

/// One performer and their robot, of several: a table [[session]] of the TOML file.
struct SessionConfig {
  std::string name;        ///< 1 to 32 letters, digits, - and _: its paths begin with /s/NAME
  std::string token_file;  ///< of the token that opens this session alone; empty: only the server's opens it
  std::string zmq;         ///< where its controls are published
  std::string zmq_json;    ///< where they are published as JSON too; empty: nowhere
  std::string neutral;     ///< empty: as for all
  std::int64_t camera = -1;
  std::string replay, record, stop_file;
  std::string profile;  ///< empty: as for all
};

/// Everything that 'serve' can be told. A TOML file has the same names: `port = 5000`.
struct ServeConfig {
  std::string bind = "127.0.0.1";            ///< IP address of the HTTP server
  std::int64_t port = 5000;                  ///< 0: any that is free
  bool allow_anonymous_stream = false;       ///< beyond this machine anyone may POST frames, in plain text
  std::string tls_cert, tls_key;             ///< PEM files; empty beyond this machine: made by this program
  std::string token_file;                    ///< empty beyond this machine: made at the start and shown
  bool local_token = false;                  ///< clients on this machine show the token too
  std::string allow_origin;                  ///< web pages from here may ask; empty: the service's own address alone
  std::string zmq = "tcp://127.0.0.1:6666";  ///< where controls are published
  bool zmq_timestamp = false;                ///< the send time as an extra first part
  std::string zmq_json;                      ///< where they are published as JSON too; empty: nowhere
  std::string zmq_curve_key;                 ///< file of the key pair that both are encrypted with; empty: not
  std::int64_t camera = -1;                  ///< frames of /dev/videoN instead of POST /stream; −1: none
  std::string replay;                        ///< frames of a video file or folder instead; empty: none
  bool loop = false;                         ///< such a clip begins anew at its end, and does not end the service
  std::string record;                        ///< the session goes to this new file; empty: it is not recorded
  std::string recordings;                    ///< folder for those that a person begins; empty: none can be begun
  std::int64_t max_recording_mib = 2048;     ///< at which one of them ends
  std::int64_t max_recording_s = 3600;       ///< the same
  std::string people;                        ///< folder of who is kept by name; empty: nobody is
  std::string stop_file;                     ///< is there while the robot is stopped; empty: a restart forgets a stop
  std::string neutral = "first";             ///< as for 'shadow'
  std::string engine = "mesh";               ///< or "liveportrait": the published networks
  std::string device = "cpu";                ///< of liveportrait: or "cuda:N"
  std::string precision = "fp32";            ///< of liveportrait: or "fp16", on CUDA
  std::string models;                        ///< folder of the weights; empty: the project's, for mesh
  std::string robot_image;                   ///< empty: the virtual robot's
  bool wrinkles = false;
  std::string safety;                ///< safety limits; empty: config/safety.json
  std::string profile;               ///< TOML file of how controls are shaped before it; empty: not at all
  std::int64_t max_body_kib = 4096;  ///< of a request
  std::int64_t max_frame_pixels = 16'000'000;
  std::int64_t max_connections = 64;
  std::int64_t max_client_connections = 16;  ///< of one address
  std::int64_t max_requests_per_s = 200;     ///< of one address
  std::int64_t client_timeout_s = 10;        ///< for a whole request, the wait for it included
  std::int64_t max_sessions = 0;             ///< 0: as many as there are cores
  std::vector<SessionConfig> sessions;       ///< none: one, at the root

  /// Overrides what the file says. Throws InputError that names the file and the key: no such key, or not its type.
  void override_by(const std::filesystem::path& toml);
  void override_by(std::istream& toml, const std::string& name);

  /// Throws InputError for what cannot be served.
  void check() const;

  /// How many sessions there may be: max_sessions, or one a core.
  std::int64_t session_limit() const;
  /// What is in force for that session, as if it were the only one.
  ServeConfig of(const SessionConfig& session) const;

  /// As a TOML file that says all of it.
  std::string to_toml() const;
};

}  // namespace vividface
