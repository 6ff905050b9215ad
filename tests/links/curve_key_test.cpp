#include "links/curve_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/error.h"
#include "links/subscriber.h"
#include "links/zeromq_json.h"
#include "links/zeromq_link.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using testing::HasSubstr;

void expect_refused(const std::string& text) {
  std::istringstream in(text);
  EXPECT_THROW(CurveKey::parse(in, "it"), InputError) << text;
}

TEST(CurveKey, IsReadBackAndOnlyItsOwnerCanReadTheFile) {
  const TemporaryFolder folder;
  const CurveKey made = CurveKey::make();
  made.save(folder / "robot.key");
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(folder / "robot.key").permissions(), perms::owner_read | perms::owner_write);
  const CurveKey read = CurveKey::load(folder / "robot.key");
  EXPECT_EQ(read.public_key, made.public_key);
  EXPECT_EQ(read.secret_key, made.secret_key);
  EXPECT_NE(CurveKey::make().secret_key, made.secret_key);
  EXPECT_THROW(made.save(folder / "robot.key"), InputError);  // a key is never written over
}

TEST(CurveKey, RefusesAFileThatIsNoneOrThatEveryoneCanRead) {
  const TemporaryFolder folder;
  EXPECT_THROW(CurveKey::load(folder / "missing.key"), InputError);
  EXPECT_THROW(CurveKey::load(folder.path()), InputError);
  CurveKey::make().save(folder / "open.key");
  std::filesystem::permissions(folder / "open.key", std::filesystem::perms(0644));
  try {
    CurveKey::load(folder / "open.key");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("chmod 600"));
  }
}

TEST(CurveKey, RefusesWhatIsNoPair) {
  const CurveKey key = CurveKey::make(), other = CurveKey::make();
  const auto file = [](const std::string& open, const std::string& secret) {
    return "curve\n  public-key = \"" + open + "\"\n  secret-key = \"" + secret + "\"\n";
  };
  std::istringstream good(file(key.public_key, key.secret_key));
  EXPECT_NO_THROW(CurveKey::parse(good, "it"));
  expect_refused("");
  expect_refused(file(key.public_key, other.secret_key));
  expect_refused(file(key.public_key, ""));
  expect_refused(file(key.public_key, key.secret_key.substr(1)));
  expect_refused(file(key.public_key, std::string(40, '~')));
  expect_refused("secret-key = \"" + key.secret_key);
  expect_refused(std::string("\0secret-key\"\"", 13));
}

TEST(CurveKey, OnlyASubscriberWithTheRightKeyHearsAnything) {
  const CurveKey key = CurveKey::make(), other = CurveKey::make();
  const ControlVector controls = ControlTable::ameca().neutral();
  ZeromqLink link({.endpoint = "tcp://127.0.0.1:*", .key = key});
  ZeromqJson json("tcp://127.0.0.1:*", ControlTable::ameca(), key);
  for (const std::string& endpoint : {link.endpoint(), json.endpoint()}) {
    Subscriber wrong(endpoint, 1000, other.public_key), without(endpoint);
    Subscriber right(endpoint, 1000, key.public_key);
    int heard = 0;
    for (int i = 0; i < 1000 && heard < 20; ++i) {
      link.send(controls, 0);
      json.sent({.controls = controls, .state = "neutral"});
      if (right.next(10)) ++heard;
    }
    EXPECT_EQ(heard, 20);
    EXPECT_FALSE(wrong.next(10));
    EXPECT_FALSE(without.next(10));
  }
}

}  // namespace
}  // namespace vividface
