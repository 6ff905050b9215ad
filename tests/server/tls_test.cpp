// The same port speaks https and, to this machine, http.
#include "server/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "server/server_options.h"
#include "server/service.h"
#include "server/tls_client.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using Answer = Client::Answer;
using Verb = Client::Verb;
using testing::HasSubstr;

class TlsService : public testing::Test {
 protected:
  HttpServerOptions options() const {
    return {.max_body = 1 << 16,
            .timeout = std::chrono::milliseconds(1000),
            .access = {.token = token_, .local_token = true},
            .tls = files_};
  }
  std::map<std::string, std::string> shown() const { return {{"Authorization", "Bearer " + token_.text()}}; }

  TemporaryFolder folder_;
  TlsFiles files_ = self_signed_certificate(folder_ / "config");
  Token token_ = Token::make();
  Service service_{grey_engine(), options()};
};

TEST_F(TlsService, AnswersWhoShowsTheToken) {
  TlsClient client(service_.port(), files_.certificate);
  EXPECT_EQ(client.request(Verb::get, "/healthz", shown()), (Answer{200, "ok"}));
  EXPECT_EQ(client.request(Verb::get, "/state", shown()), (Answer{200, "no camera"}));
  EXPECT_EQ(client.request(Verb::get, "/state").status, 401u);
  EXPECT_EQ(TlsClient(service_.port(), files_.certificate, "localhost").request(Verb::get, "/state").status, 401u);
}

TEST_F(TlsService, SaysThatATokenIsWantedBeforeTheBodyIsRead) {
  Client one(service_.port());
  one.send_raw("POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\nContent-Type: image/jpeg\r\n\r\n");
  EXPECT_EQ(one.answer().status, 401u);
  EXPECT_TRUE(one.is_closed());
}

TEST_F(TlsService, ALargePictureIsRefusedWhole) {
  TlsClient client(service_.port(), files_.certificate);
  auto fields = shown();
  fields["Content-Type"] = "image/jpeg";
  EXPECT_EQ(client.request(Verb::post, "/stream", fields, std::string(1 << 18, 'x')).status, 413u);
}

TEST_F(TlsService, BrokenHandshakesEndOnlyThemselves) {
  for (const std::string& bytes :
       {std::string("\x16\x03\x01\x00\x05hello", 10), std::string("\x16\x03\x01\xff\xff", 5), std::string("\x16"),
        std::string("\x16\x03\x01\x00\x00", 5), std::string(70'000, '\x16')}) {
    Client broken(service_.port());
    broken.send_raw(bytes);
  }
  Client silent(service_.port());
  EXPECT_TRUE(silent.is_closed());
  TlsClient client(service_.port(), files_.certificate);
  EXPECT_EQ(client.request(Verb::get, "/healthz", shown()), (Answer{200, "ok"}));
}

TEST_F(TlsService, AnOldProtocolIsRefused) {
  boost::asio::io_context context;
  boost::asio::ssl::context old(boost::asio::ssl::context::tls_client);
  SSL_CTX_set_security_level(old.native_handle(), 0);
  SSL_CTX_set_max_proto_version(old.native_handle(), TLS1_1_VERSION);
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream(context, old);
  stream.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), service_.port()});
  boost::system::error_code error;
  stream.handshake(boost::asio::ssl::stream_base::client, error);
  EXPECT_TRUE(error);
}

TEST(Tls, TheCertificateIsMadeOnceAndIsForItsOwnerAlone) {
  const TemporaryFolder folder;
  const TlsFiles made = self_signed_certificate(folder / "a/b");
  const std::string print = fingerprint(tls_context(made));
  EXPECT_EQ(print.size(), 95u);
  EXPECT_EQ(fingerprint(tls_context(self_signed_certificate(folder / "a/b"))), print);
  EXPECT_NE(fingerprint(tls_context(self_signed_certificate(folder / "c"))), print);
  EXPECT_EQ(std::filesystem::status(made.key).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(std::filesystem::status(folder / "a/b").permissions(), std::filesystem::perms(0700));
}

TEST(Tls, NamesTheFileThatCannotBeUsed) {
  const TemporaryFolder folder;
  const TlsFiles one = self_signed_certificate(folder / "1"), other = self_signed_certificate(folder / "2");
  std::ofstream(folder / "garbage.pem") << "garbage";
  const auto expect_refused = [](const TlsFiles& files, const std::string& complaint) {
    try {
      tls_context(files);
      ADD_FAILURE() << "accepted " << complaint;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr(complaint));
    }
  };
  expect_refused({folder / "missing.pem", one.key}, "TLS certificate");
  expect_refused({folder / "garbage.pem", one.key}, "garbage.pem");
  expect_refused({one.certificate, folder / "missing.pem"}, "TLS key");
  expect_refused({one.certificate, folder / "garbage.pem"}, "garbage.pem");
  expect_refused({one.certificate, other.key}, "TLS key");
  std::ofstream(folder / "file");
  EXPECT_THROW(self_signed_certificate(folder / "file"), InputError);
}

TEST(ServerOptions, MakesWhatTheConfigurationDoesNotName) {
  const TemporaryFolder folder;
  ServeConfig config;
  int shown = 0;
  const auto show = [&](const Token&) { ++shown; };
  const HttpServerOptions local = server_options(config, show, folder / "x");
  EXPECT_FALSE(local.tls || local.access.token);
  EXPECT_FALSE(std::filesystem::exists(folder / "x"));

  config.bind = "0.0.0.0";
  const HttpServerOptions beyond = server_options(config, show, folder / "x");
  EXPECT_TRUE(beyond.tls && beyond.access.token);
  EXPECT_EQ(shown, 1);
  EXPECT_THROW(server_options(config, {}, folder / "x"), InputError);
  config.allow_anonymous_stream = true;
  EXPECT_FALSE(server_options(config, {}, folder / "x").access.token);
  config.token_file = folder / "token";
  EXPECT_THROW(server_options(config, show, folder / "x"), InputError);
  std::ofstream(folder / "token") << "0123456789abcdef";
  EXPECT_TRUE(server_options(config, {}, folder / "x").access.token);
  EXPECT_EQ(shown, 1);

  config = {};
  config.local_token = true;
  EXPECT_TRUE(server_options(config, show, folder / "x").access.token);
  EXPECT_EQ(shown, 2);
  EXPECT_THROW(server_options(config, {}, folder / "x"), InputError);
}

}  // namespace
}  // namespace vividface
