// The profile by file and by request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "robot/profile_file.h"
#include "server/profile_routes.h"
#include "server/service.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using Answer = Client::Answer;
using Json = nlohmann::json;
using Verb = Client::Verb;
using std::chrono::seconds;
using testing::HasSubstr;

std::vector<std::uint8_t> bytes(const std::string& text) { return {text.begin(), text.end()}; }

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

class ProfileFileTest : public testing::Test {
 protected:
  // Each time of another length or time, as an editor's would be.
  void write(const std::string& toml) {
    std::ofstream(file_) << toml;
    std::filesystem::last_write_time(file_, std::filesystem::last_write_time(file_) + seconds(++writes_));
  }

  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "mine.toml";
  int writes_ = 0;
  std::vector<SharedProfile> used_;
  const std::function<void(SharedProfile)> use_ = [this](SharedProfile profile) {
    used_.push_back(std::move(profile));
  };
  ProfileStore::Clock::time_point now_{seconds(1000)};
};

TEST_F(ProfileFileTest, IsReadAgainWhenItChanges) {
  write("name = 'one'");
  ProfileStore store(file_, use_);
  EXPECT_EQ(used_.back()->settings().name, "one");
  store.look(now_ += seconds(1));
  EXPECT_EQ(used_.size(), 1u);
  write("name = 'two'");
  store.look(now_ += seconds(1));
  EXPECT_EQ(used_.back()->settings().name, "two");

  write("name = ");  // half an edit
  store.look(now_ += seconds(1));
  EXPECT_EQ(store.state().profile->settings().name, "two");
  EXPECT_THAT(store.state().problem, HasSubstr("line 1"));
  EXPECT_FALSE(store.state().is_saved);
  store.look(now_ += seconds(1));
  EXPECT_EQ(used_.size(), 2u);
  std::filesystem::remove(file_);
  store.look(now_ += seconds(1));
  EXPECT_THAT(store.state().problem, HasSubstr("no such file"));
  write("name = 'four'");
  store.look(now_ += seconds(1));
  EXPECT_EQ(used_.back()->settings().name, "four");
  EXPECT_EQ(store.state().problem, "");
}

TEST_F(ProfileFileTest, IsLookedAtOnceASecond) {
  write("name = 'one'");
  ProfileStore store(file_, use_);
  store.look(now_ += seconds(1));
  write("name = 'two'");
  store.look(now_ += std::chrono::milliseconds(900));
  EXPECT_EQ(used_.size(), 1u);
  store.look(now_ += std::chrono::milliseconds(200));
  EXPECT_EQ(used_.size(), 2u);
}

TEST_F(ProfileFileTest, IsWrittenWhenItIsSavedAndNotReadAgainForThat) {
  write("name = 'one'  # mine");
  ProfileStore store(file_, use_);
  ProfileSettings settings;
  settings.name = "by hand";
  store.set(Profile(settings));
  EXPECT_FALSE(store.state().is_saved);
  EXPECT_EQ(contents(file_), "name = 'one'  # mine");
  store.save();
  EXPECT_TRUE(store.state().is_saved);
  EXPECT_EQ(load_profile(file_).settings(), settings);
  store.look(now_ += seconds(1));
  EXPECT_EQ(used_.size(), 2u);
}

TEST_F(ProfileFileTest, MustBeThereAtTheStart) {
  EXPECT_THROW(ProfileStore(file_, use_), InputError);
  ProfileStore without("", use_);
  EXPECT_EQ(used_.back()->settings(), ProfileSettings());
  EXPECT_THROW(without.save(), InputError);
}

struct ProfileService : Service {
  explicit ProfileService(const std::filesystem::path& file = {})
      : store(file, [this](SharedProfile profile) { live.shape(std::move(profile)); }) {
    HttpActions actions = live_actions(live, {});
    actions.routes.push_back(profile_routes(store));
    HttpServerOptions options;
    options.port = 0;
    server.emplace(options, session_actions({{"", live, std::move(actions)}}));
  }

  Answer send(Verb verb, const std::string& path, const std::string& body, const std::string& type) const {
    return Client(port()).request(verb, path, {{"Content-Type", type}}, bytes(body));
  }
  Json get(const std::string& path) const { return Json::parse(Client(port()).get(path).body); }

  ProfileStore store;
};

TEST(ProfileRequests, ShapeWhatTheRobotIsSent) {
  ProfileService service;
  service.stream_until("shadowing", grey_jpeg(230));
  EXPECT_EQ(service.send(Verb::put, "/profile", R"({"controls":{"Brow Inner Left":{"mute":true}}})", "application/json")
                .status,
            200u);
  const float neutral = ControlTable::ameca().neutral()[0];
  Client phone(service.port());
  for (int i = 0; i < 500 && std::abs(service.live.controls()[0] - neutral) > 1e-3f; ++i) {
    phone.stream(grey_jpeg(230));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_NEAR(service.live.controls()[0], neutral, 1e-3f);
}

TEST(ProfileRequests, SayWhatIsInForceAndWhatThereIs) {
  ProfileService service;
  const Json before = service.get("/profile");
  EXPECT_EQ(before["profile"]["controls"], Json::object());
  EXPECT_FALSE(before["file"]);
  const Answer put = service.send(Verb::post, "/profile", "name = 'b'\nmirror = true", "application/toml");
  EXPECT_EQ(put.status, 200u);
  EXPECT_GT(Json::parse(put.body)["revision"], before["revision"]);
  EXPECT_EQ(service.get("/profile")["profile"]["mirror"], true);
  EXPECT_THAT(Client(service.port()).get("/profile.toml").body, HasSubstr("name = \"b\""));
  EXPECT_EQ(service.send(Verb::post, "/profile/save", "", "").status, 409u);

  const Json choices = service.get("/profile/choices");
  std::size_t controls = 0;
  for (const Json& region : choices["regions"]) controls += region["controls"].size();
  EXPECT_EQ(controls, kControlCount);
  EXPECT_GE(choices["presets"].size(), 4u);
}

TEST(ProfileRequests, RefuseWhatIsNoProfileAndKeepWhatThereIs) {
  ProfileService service;
  for (const char* body : {"", "[]", "{", R"({"gian":1})", R"({"controls":{"Jaw Pitch":{"min":0}}})"}) {
    EXPECT_EQ(service.send(Verb::put, "/profile", body, "application/json").status, 400u) << body;
  }
  EXPECT_EQ(service.send(Verb::put, "/profile", "gian = 1", "application/toml").status, 400u);
  EXPECT_EQ(service.send(Verb::put, "/profile", std::string(kLargestProfile + 1, ' '), "application/json").status,
            413u);
  EXPECT_EQ(service.send(Verb::delete_, "/profile", "", "").status, 405u);
  EXPECT_EQ(service.send(Verb::put, "/profile/save", "", "").status, 405u);
  EXPECT_EQ(service.send(Verb::post, "/profile/choices", "", "").status, 405u);
  EXPECT_EQ(service.send(Verb::get, "/profile/nowhere", "", "").status, 404u);
  EXPECT_EQ(service.get("/profile")["revision"], 1);
}

TEST(ProfileRequests, SaveToTheFile) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "mine.toml";
  std::ofstream(file) << "";
  ProfileService service(file);
  service.send(Verb::put, "/profile", R"({"mirror":true})", "application/json");
  EXPECT_FALSE(service.get("/profile")["saved"]);
  const Answer saved = service.send(Verb::post, "/profile/save", "", "");
  EXPECT_EQ(saved.status, 200u);
  EXPECT_TRUE(Json::parse(saved.body)["saved"]);
  EXPECT_TRUE(load_profile(file).settings().mirror);
}

}  // namespace
}  // namespace vividface
