#include "server/serve_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/error.h"

namespace vividface {
namespace {

using testing::HasSubstr;

ServeConfig parsed(const std::string& text) {
  ServeConfig config;
  std::istringstream toml(text);
  config.override_by(toml, "it.toml");
  return config;
}

void expect_refused(const std::string& text, const std::string& complaint) {
  try {
    parsed(text).check();
    FAIL() << "accepted " << text;
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr(complaint));
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
}

TEST(ServeConfig, WorksAsItIsAndIsOverriddenKeyByKey) {
  EXPECT_NO_THROW(ServeConfig().check());
  EXPECT_EQ(parsed("").to_toml(), ServeConfig().to_toml());
  const ServeConfig config = parsed("port = 6000\nzmq_timestamp = true\nneutral = 'calibrate'\n");
  EXPECT_EQ(config.port, 6000);
  EXPECT_TRUE(config.zmq_timestamp);
  EXPECT_EQ(config.neutral, "calibrate");
  EXPECT_EQ(config.bind, ServeConfig().bind);
}

TEST(ServeConfig, ReadsBackWhatItSays) {
  ServeConfig config;
  config.port = 1;
  config.zmq_json = "tcp://127.0.0.1:6667";
  config.replay = "a \"clip\"\n.mp4";
  config.allow_anonymous_stream = true;
  EXPECT_EQ(parsed(config.to_toml()).to_toml(), config.to_toml());
}

TEST(ServeConfig, RefusesWhatIsNotThereOrWrong) {
  expect_refused("prot = 1", "\"prot\"");
  expect_refused("[http]\nport = 1", "\"http\"");
  expect_refused("port = \"1\"", "\"port\" must be a whole number");
  expect_refused("port = 1.5", "\"port\"");
  expect_refused("bind = 1", "\"bind\" must be a text");
  expect_refused("zmq_timestamp = 1", "true or false");
  expect_refused("port = 1\nport = 2", "it.toml\" line 2");
  expect_refused("port = ", "it.toml\" line 1");
  expect_refused("\xff\xfe", "it.toml");
  expect_refused("port = 70000", "65535");
  expect_refused("port = -1", "--port");
  expect_refused("max_connections = 0", "max_connections");
  expect_refused("client_timeout_s = 0", "client_timeout_s");
  expect_refused("max_body_kib = 0", "max_body_kib");
  expect_refused("camera = -2", "--camera");
  expect_refused("camera = 0\nreplay = 'x.mp4'", "one source");
  expect_refused("bind = 'localhost'", "localhost");
  expect_refused("tls_cert = 'x.pem'", "--tls-key");
  expect_refused("max_frame_pixels = 100000000", "max_frame_pixels");
  expect_refused("max_requests_per_s = 0", "max_requests_per_s");
  expect_refused("loop = true", "--replay");
  expect_refused("max_recording_mib = 0", "max_recording_mib");
  expect_refused("max_recording_s = 86401", "max_recording_s");
}

constexpr const char* kAnnaAndBen = R"(
max_sessions = 2
neutral = "calibrate"
recordings = "kept"
people = "people"
[[session]]
name = "anna"
zmq = "tcp://127.0.0.1:6671"
token_file = "anna.token"
[[session]]
name = "ben"
zmq = "tcp://127.0.0.1:6672"
zmq_json = "tcp://127.0.0.1:6673"
neutral = "ben.neutral"
camera = 1
)";

TEST(ServeConfig, HasSessions) {
  const ServeConfig config = parsed(kAnnaAndBen);
  config.check();
  ASSERT_EQ(config.sessions.size(), 2u);
  const ServeConfig anna = config.of(config.sessions[0]), ben = config.of(config.sessions[1]);
  EXPECT_EQ(anna.zmq, "tcp://127.0.0.1:6671");
  EXPECT_EQ(anna.neutral, "calibrate");
  EXPECT_EQ(anna.camera, -1);
  EXPECT_EQ(anna.recordings, "kept/anna");
  EXPECT_EQ(anna.people, "people/anna");
  EXPECT_EQ(ben.neutral, "ben.neutral");
  EXPECT_EQ(ben.camera, 1);
  EXPECT_TRUE(ben.sessions.empty());
  EXPECT_EQ(parsed(config.to_toml()).to_toml(), config.to_toml());
}

TEST(ServeConfig, RefusesSessionsThatCannotBe) {
  const std::string both = kAnnaAndBen;
  const auto session = [](const std::string& keys) { return "[[session]]\n" + keys; };
  expect_refused(both + session("name = 'carl'\nzmq = 'tcp://127.0.0.1:1'"), "3 sessions: at most 2");
  expect_refused("session = 1", "[[session]]");
  expect_refused("session = [1]", "[[session]]");
  expect_refused("[session]\nname = 'a'", "[[session]]");
  expect_refused(session("nmae = 'a'"), "\"nmae\"");
  expect_refused(session("port = 1"), "\"port\"");
  expect_refused(session("name = 1"), "\"name\" must be a text");
  expect_refused(session("zmq = 'tcp://127.0.0.1:1'"), "name");
  expect_refused(session("name = 'a/b'\nzmq = 'tcp://127.0.0.1:1'"), "a/b");
  expect_refused(session("name = 'anna'"), "give zmq");
  expect_refused(session("name = 'anna'\nzmq = 'tcp://127.0.0.1:1'\nzmq_json = 'tcp://127.0.0.1:1'"), "another's");
  expect_refused(session("name = 'anna'\nzmq = 'tcp://127.0.0.1:1'\ncamera = 0\nreplay = 'x.mp4'"), "one source");
  expect_refused(
      "max_sessions = 9\n" + session("name = 'a'\nzmq = 'tcp://*:1'\n") + session("name = 'a'\nzmq = 'tcp://*:2'"),
      "two of that name");
  expect_refused(
      "max_sessions = 9\n" + session("name = 'a'\nzmq = 'tcp://*:1'\n") + session("name = 'b'\nzmq = 'tcp://*:1'"),
      "another's");
  for (const char* given : {"zmq = 'tcp://127.0.0.1:1'", "zmq_json = 'tcp://127.0.0.1:1'", "camera = 0",
                            "replay = 'x.mp4'", "record = 'x.vvf'", "stop_file = 'x'"}) {
    expect_refused(given + both, "each [[session]]");
  }
  expect_refused("allow_anonymous_stream = true" + both, "--allow-anonymous-stream");
  expect_refused("max_sessions = 65", "--max-sessions");
  expect_refused("max_sessions = -1", "--max-sessions");
}

TEST(ServeConfig, RefusesAFileThatIsNotThere) {
  ServeConfig config;
  EXPECT_THROW(config.override_by(std::filesystem::path("no/such.toml")), InputError);
  EXPECT_THROW(config.override_by(std::filesystem::path("/")), InputError);
}

}  // namespace
}  // namespace vividface
