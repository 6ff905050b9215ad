// Recordings that a person begins and ends, and looks at.
#include "server/recordings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "server/recording_routes.h"
#include "server/service.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using Answer = Client::Answer;
using Verb = Client::Verb;
using Json = nlohmann::json;
using testing::HasSubstr;

SessionHeader header() {
  return {.program = "1.2.3",
          .engine = "mesh",
          .configuration = "port = 5000\n",
          .safety = "{}",
          .started_unix = 1'790'000'000,
          .started_clock = 100};
}

/// The service with recordings in a folder.
struct Recorded {
  explicit Recorded(const std::filesystem::path& folder, RecordingLimits limits = {})
      : recordings(folder, recorded, header, limits),
        live(grey_engine(), ControlTable::ameca(), SafetyLimits::ameca(), link, nullptr, &recorded) {
    HttpActions actions = live_actions(live, {});
    actions.waiting = {recording_routes(recordings, shelf)};
    HttpServerOptions options;
    options.port = 0;
    server.emplace(options, session_actions({{"", live, std::move(actions)}}));
  }

  void shadow(int frames) const {
    Client phone(server->port());
    for (int i = 0; i < frames; ++i) {
      EXPECT_EQ(phone.stream(grey_jpeg(200)), (Answer{200, "OK"}));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  Client client() const { return Client(server->port()); }
  Json listed() const { return Json::parse(client().get("/recordings").body); }

  ZeromqLink link{{.endpoint = "tcp://127.0.0.1:*"}};
  RecordingSwitch recorded;
  Recordings recordings;
  RecordingShelf shelf;
  LiveShadow live;
  std::optional<HttpServer> server;
};

TEST(Recordings, BeginEndAndAreLookedAt) {
  const TemporaryFolder folder;
  Recorded service(folder.path() / "recordings");
  service.shadow(40);  // what was before: a neutral face is chosen
  Client person = service.client();
  EXPECT_EQ(person.request(Verb::delete_, "/record", {}, {}).status, 409u);
  const std::string name = "2026-09-21_14-13-20.vvf";  // of the header's time
  EXPECT_EQ(person.post("/record"), (Answer{200, name}));
  EXPECT_EQ(person.post("/record").status, 409u);
  EXPECT_EQ(service.listed()["recording"]["name"], name);
  EXPECT_TRUE(service.listed()["recordings"].empty());
  EXPECT_THAT(person.get("/recordings/" + name).body, HasSubstr("still being recorded"));
  service.shadow(30);
  EXPECT_EQ(person.request(Verb::delete_, "/record", {}, {}), (Answer{200, name}));
  EXPECT_TRUE(service.listed()["recording"].is_null());
  ASSERT_EQ(service.listed()["recordings"].size(), 1u);

  const Json about = Json::parse(person.get("/recordings/" + name).body);
  EXPECT_GE(about["frames"].size(), 30u);
  EXPECT_GE(about["duration_s"], 0.5);
  EXPECT_EQ(about["missing"], 0);
  const auto frame = person.get("/recordings/" + name + "/frame?number=" + about["frames"][0][0].dump());
  const auto jpeg = grey_jpeg(200);
  EXPECT_EQ(frame, (Answer{200, std::string(jpeg.begin(), jpeg.end())}));

  const Json controls = Json::parse(person.get("/recordings/" + name + "/controls?from=0&to=60").body);
  ASSERT_EQ(controls["times"].size(), about["poses"]);
  ASSERT_EQ(controls["controls"].size(), about["poses"]);
  EXPECT_EQ(controls["controls"][0].size(), kControlCount);
  EXPECT_EQ(controls["states"].back(), "shadowing");
  const std::string csv = person.get("/recordings/" + name + "/controls.csv").body;
  EXPECT_EQ(std::ranges::count(csv, '\n'), about["poses"].get<int>() + 1);
  EXPECT_THAT(csv, testing::StartsWith("time_s,state,Brow Inner Left,"));

  // The neutral face that was chosen before is in it.
  SessionReader reader(service.recordings.file(name), SessionAccess::read_only);
  EXPECT_TRUE(reader.reference(0, 1'000'000));

  EXPECT_EQ(person.post("/record"), (Answer{200, "2026-09-21_14-13-20_2.vvf"}));
}

TEST(Recordings, ASpanBeginsWithThePoseThatIsShownThen) {
  const TemporaryFolder folder;
  Recorded service(folder.path());
  Client person = service.client();
  const std::string name = person.post("/record").body;
  service.shadow(30);
  person.request(Verb::delete_, "/record", {}, {});
  const std::string path = "/recordings/" + name + "/controls";
  const Json some = Json::parse(person.get(path + "?from=0.2&to=0.4").body);
  EXPECT_LE(some["times"][0], 0.2);
  EXPECT_GT(some["times"][1], 0.2);
  EXPECT_LE(some["times"].back(), 0.4);
  EXPECT_EQ(Json::parse(person.get(path + "?from=1000&to=1030").body)["times"].size(), 1u);  // the last
  for (const char* query : {"", "?from=0", "?from=0&to=61", "?from=-1&to=1", "?from=2&to=1", "?from=nan&to=1",
                            "?from=0&to=inf", "?to=1&from=0", "?from=0&to=1&x=1", "?from=0x1&to=1"}) {
    EXPECT_EQ(person.get(path + query).status, 409u) << query;
  }
  const std::string frame = "/recordings/" + name + "/frame";
  for (const char* query :
       {"", "?number=", "?number=-1", "?number=1.5", "?number=99999999999999999999", "?number=123456", "?n=1"}) {
    EXPECT_EQ(person.get(frame + query).status, 409u) << query;
  }
}

TEST(Recordings, NoNameLeavesTheFolder) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "secret.vvf") << "not a recording";
  std::filesystem::create_directory(folder.path() / "recordings");
  std::filesystem::create_symlink(folder.path() / "secret.vvf", folder.path() / "recordings" / "link.vvf");
  std::filesystem::create_directory(folder.path() / "recordings" / "folder.vvf");
  std::ofstream(folder.path() / "recordings" / "text.vvf") << "not a recording";
  Recorded service(folder.path() / "recordings");
  Client person = service.client();
  EXPECT_EQ(service.listed()["recordings"].size(), 1u);
  for (const char* name :
       {"../secret.vvf", "%2e%2e/secret.vvf", "..%2fsecret.vvf", "link.vvf", "folder.vvf", ".vvf", "", "a.vvf",
        "/etc/passwd", "text.vvf/../../secret.vvf", "a%20b.vvf", "text.VVF", "text", "text.vvf-wal"}) {
    const Answer answer = person.get(std::string("/recordings/") + name);
    EXPECT_NE(answer.status, 200u) << name;
    EXPECT_THAT(answer.body, testing::Not(HasSubstr("secret"))) << name;
  }
  EXPECT_THAT(person.get("/recordings/text.vvf"), (Answer{409, person.get("/recordings/text.vvf").body}));
  EXPECT_EQ(person.request(Verb::delete_, "/recordings/text.vvf", {}, {}).status, 405u);
  EXPECT_EQ(person.get("/recordings/text.vvf/anything").status, 404u);
  EXPECT_EQ(person.get("/record").status, 405u);

  // A web page whose name was made to point here.
  EXPECT_EQ(person.request(Verb::get, "/recordings", {{"Host", "evil.example:5000"}}, {}).status, 403u);
}

TEST(Recordings, WithoutAFolderItIsSaidWhatToDo) {
  Recorded service("");
  Client person = service.client();
  const Answer answer = person.post("/record");
  EXPECT_EQ(answer.status, 409u);
  EXPECT_THAT(answer.body, HasSubstr("--recordings"));
  EXPECT_FALSE(service.listed()["folder"]);
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "";
  RecordingSwitch recorded;
  EXPECT_THROW(Recordings(folder.path() / "file", recorded, header), InputError);
  EXPECT_THROW(Recordings(folder.path() / "file" / "below", recorded, header), InputError);
}

TEST(Recordings, EndByThemselvesAtTheirLimits) {
  const TemporaryFolder folder;
  const auto ended_with = [&](const RecordingLimits& limits) {
    Recorded service(folder.path(), limits);
    service.recordings.begin();
    for (int i = 0; i < 1000 && service.recordings.running(); ++i) {
      service.shadow(1);
      service.recordings.watch();
    }
    EXPECT_FALSE(service.recorded.is_on());
    EXPECT_EQ(service.listed()["ended"], service.recordings.last_end());
    return service.recordings.last_end();
  };
  const std::chrono::milliseconds at_once(0);
  EXPECT_THAT(ended_with({.bytes = 1 << 16, .looks = at_once}), HasSubstr("its most of 0 MiB"));
  EXPECT_THAT(ended_with({.time = std::chrono::seconds(0), .looks = at_once}), HasSubstr("its most of 0 s"));
  EXPECT_THROW(Recorded(folder.path(), {.free_bytes = ~0ULL}).recordings.begin(), InputError);
}

TEST(Recordings, OnesThatWereCutOffAreLeftAsTheyAre) {
  const TemporaryFolder folder;
  Recorded service(folder.path());
  const std::string name = service.recordings.begin();
  service.shadow(20);
  while (!std::filesystem::exists(folder.path() / (name + "-wal"))) std::this_thread::yield();
  // As a kill leaves it.
  for (const char* suffix : {"", "-wal"}) {
    std::filesystem::copy_file(folder.path() / (name + suffix), folder.path() / ("cut.vvf" + std::string(suffix)));
  }
  const Answer answer = service.client().get("/recordings/cut.vvf");
  EXPECT_EQ(answer.status, 409u);
  EXPECT_THAT(answer.body, HasSubstr("'vividface replay' puts such a file in order"));
}

}  // namespace
}  // namespace vividface
