// The web pages as the server gives them away.
#include "server/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "server/service.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

namespace http = boost::beast::http;
using http::field;
using testing::HasSubstr;

class PagesTest : public testing::Test {
 protected:
  PagesTest() {
    std::filesystem::create_directories(folder_ / "www/assets");
    write("index.html", "<!doctype html>");
    write("phone.html", "phone");
    write("assets/main-1a2b.js", "let long_text;");
    write("assets/main-1a2b.js.gz", "short");
    std::ofstream(folder_ / "secret.txt") << "secret";
  }

  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / ("www/" + name)) << text; }

  static HttpRequest get(const std::string& target) { return {http::verb::get, target, 11}; }

  TemporaryFolder folder_;
};

TEST_F(PagesTest, GivesFilesWithTheirTypeAndNothingElse) {
  const Pages pages(folder_ / "www");
  const auto page = pages.answer(get("/?x=1")).value();
  EXPECT_EQ(page.result_int(), 200u);
  EXPECT_EQ(page.body(), "<!doctype html>");
  EXPECT_EQ(page[field::content_type], "text/html; charset=utf-8");
  EXPECT_EQ(pages.answer(get("/phone"))->body(), "phone");
  EXPECT_EQ(pages.answer(get("/assets/main-1a2b.js")).value()[field::content_type], "text/javascript; charset=utf-8");
  for (const char* none :
       {"", "/index.html", "/assets", "/assets/", "/assets/main-1a2b.js.gz", "/../secret.txt",
        "/assets/../../secret.txt", "/%2e%2e/secret.txt", "//phone", "/phone/", "phone", "/\\..\\x"}) {
    EXPECT_FALSE(pages.answer(get(none))) << none;
    EXPECT_FALSE(pages.has(none)) << none;
  }
  EXPECT_EQ(pages.answer(get("/s/anna/"))->body(), "<!doctype html>");
  EXPECT_EQ(pages.answer(get("/s/anna/phone"))->body(), "phone");
  for (const char* none : {"/s/anna", "/s//phone", "/s/../phone", "/s/anna/s/anna/phone"}) {
    EXPECT_FALSE(pages.answer(get(none))) << none;
  }
  HttpRequest post = get("/phone");
  post.method(http::verb::post);
  EXPECT_FALSE(pages.answer(post));
}

TEST_F(PagesTest, LetsNothingComeFromElsewhere) {
  const Pages pages(folder_ / "www");
  for (const char* path : {"/", "/phone", "/assets/main-1a2b.js"}) {
    const auto page = pages.answer(get(path)).value();
    const std::string policy(page["Content-Security-Policy"]);
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, testing::Not(HasSubstr("unsafe")));
    EXPECT_EQ(page["X-Content-Type-Options"], "nosniff");
    EXPECT_EQ(page["Referrer-Policy"], "no-referrer");
  }
}

TEST_F(PagesTest, IsSentOnceAndSmall) {
  const Pages pages(folder_ / "www");
  HttpRequest script = get("/assets/main-1a2b.js");
  EXPECT_EQ(pages.answer(script)->body(), "let long_text;");
  script.set(field::accept_encoding, "br, gzip");
  const auto small = pages.answer(script).value();
  EXPECT_EQ(small.body(), "short");
  EXPECT_EQ(small[field::content_encoding], "gzip");
  EXPECT_THAT(std::string(small[field::cache_control]), HasSubstr("immutable"));

  HttpRequest again = get("/");
  const auto first = pages.answer(again).value();
  EXPECT_EQ(first[field::cache_control], "no-cache");
  again.set(field::if_none_match, first[field::etag]);
  const auto second = pages.answer(again).value();
  EXPECT_EQ(second.result_int(), 304u);
  EXPECT_EQ(second.body(), "");
  again.set(field::if_none_match, "\"another\"");
  EXPECT_EQ(pages.answer(again)->result_int(), 200u);
}

TEST_F(PagesTest, AreThereWithoutTheTokenWhichAllElseWants) {
  const auto pages = std::make_shared<Pages>(folder_ / "www");
  Service service;
  HttpServerOptions options;
  options.port = 0;
  options.access = {.token = Token("an-old.secret_of~16"), .local_token = true};
  options.access.is_page = [pages](std::string_view path) { return pages->has(path); };
  HttpActions actions = live_actions(service.live, {});
  actions.page = [pages](const HttpRequest& request, bool) { return pages->answer(request); };
  const HttpServer server(options, actions);
  Client client(server.port());
  EXPECT_EQ(client.get("/phone"), (Client::Answer{200, "phone"}));
  EXPECT_EQ(client.get("/state").status, 401u);
  EXPECT_EQ(client.get("/../secret.txt").status, 401u);
  EXPECT_EQ(client.post("/phone").status, 401u);
}

TEST_F(PagesTest, AFolderWithoutPagesIsRefused) {
  EXPECT_THROW(Pages(folder_.path()), InputError);
  EXPECT_THROW(Pages(folder_ / "missing"), InputError);
}

}  // namespace
}  // namespace vividface
