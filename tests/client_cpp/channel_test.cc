#include "tcgate/client/channel.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>

#include "google/protobuf/descriptor.h"
#include "tcgate/options/v1/options.pb.h"
#include "tencentcloudapi/trro/v20220325/trro.pb.h"
#include "tests/client_cpp/certificates.h"
#include "tests/client_cpp/scripted_server.h"

namespace tcgate::client {
namespace {

namespace options = ::tcgate::options::v1;
using testing::HasSubstr;
using testing::SizeIs;

// A hang is a failure; no call here takes nearly as long.
grpc::Status CallWithin30s(const std::shared_ptr<grpc::Channel>& channel,
                           const std::string& method, bool wait = false) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(30));
  context.set_wait_for_ready(wait);
  return Call(channel, method, context);
}

std::shared_ptr<grpc::Channel> MustConnect(const std::string& target,
                                           const ChannelOptions& options = {}) {
  const auto channel = Connect(target, options);
  EXPECT_TRUE(channel.ok()) << channel.status();
  return channel.value_or(nullptr);
}

// An address, since Debian's c-ares leaks the names that it finds in
// /etc/hosts.
std::string Local(const ScriptedServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

// A path that nothing of this process used before.
std::string SocketPath() {
  static int count = 0;
  return std::filesystem::temp_directory_path() /
         ("tcgate-" + std::to_string(getpid()) + "-" + std::to_string(++count));
}

TEST(ConnectTest, ReachesATcpPortAndAUnixSocket) {
  const std::string path = SocketPath();
  ScriptedServer tcp("127.0.0.1:0", grpc::InsecureServerCredentials());
  ScriptedServer local("unix:" + path, grpc::InsecureServerCredentials());
  for (const std::string& target :
       {"127.0.0.1:" + std::to_string(tcp.port()),
        "dns:///127.0.0.1:" + std::to_string(tcp.port()), "unix:" + path}) {
    EXPECT_TRUE(CallWithin30s(MustConnect(target), "/a.B/C").ok()) << target;
  }
}

TEST(ConnectTest, TakesLongReplies) {
  ScriptedServer server("127.0.0.1:0", grpc::InsecureServerCredentials());
  server.reply = std::string(15 * 1024 * 1024, 'x');
  EXPECT_TRUE(CallWithin30s(MustConnect(Local(server)), "/a.B/C").ok());
  ChannelOptions options;
  options.max_reply_bytes = 1024;
  EXPECT_EQ(
      CallWithin30s(MustConnect(Local(server), options), "/a.B/C").error_code(),
      grpc::RESOURCE_EXHAUSTED);
}

TEST(ConnectTest, RefusesWhatMakesNoSense) {
  struct Row {
    ChannelOptions options;
    const char* message;
  };
  Row rows[6];
  rows[0].options.keepalive = std::chrono::milliseconds(9'999);
  rows[0].message = "keepalive";
  rows[1].options.max_reply_bytes = 0;
  rows[1].message = "max_reply_bytes";
  rows[2].options.services = {"acme.Anvils"};
  rows[2].message = "acme.Anvils";
  rows[3].options.tls = Tls{"/nowhere/ca.pem", "", "", ""};
  rows[3].message = "tls.ca_file: cannot read /nowhere/ca.pem";
  rows[4].options.tls = Tls{"", "/dev/null", "", ""};
  rows[4].message = "go together";
  rows[5].options.tls = Tls{"", "/dev/null", "/dev/null", ""};
  rows[5].message = "tls.certificate_file: cannot read /dev/null";
  for (const Row& row : rows) {
    const auto channel = Connect("localhost:1", row.options);
    EXPECT_EQ(channel.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(channel.status().message()),
                HasSubstr(row.message));
  }
}

// Returns how often a server sees a call of a method that it always ends as
// UNAVAILABLE. Each time at another address: gRPC stops repeating to one that
// fails, and remembers that.
std::size_t TimesSent(const google::protobuf::MethodDescriptor& method) {
  const std::string target = "unix:" + SocketPath();
  ScriptedServer server(target, grpc::InsecureServerCredentials());
  server.status = {grpc::UNAVAILABLE, "not now"};
  ChannelOptions options;
  options.services = {method.service()->full_name()};
  const grpc::Status status =
      CallWithin30s(MustConnect(target, options),
                    "/" + method.service()->full_name() + "/" + method.name());
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "not now");
  return server.calls().size();
}

TEST(ConnectTest, RepeatsWhatHasNoEffectOrTheSameAndNoWrite) {
  const auto& service =
      *tencentcloudapi::trro::v20220325::Device::descriptor()->file()->service(
          0);
  std::map<options::Effect, int> seen;
  for (int i = 0; i < service.method_count(); ++i) {
    const auto& method = *service.method(i);
    const options::Effect effect =
        method.options().GetExtension(options::action).effect();
    if (++seen[effect] > 2) continue;  // Two of each tell enough.
    EXPECT_EQ(TimesSent(method), effect == options::EFFECT_WRITE ? 1u : 3u)
        << method.name();
  }
  EXPECT_THAT(seen, SizeIs(3));
}

TEST(ConnectTest, RepeatsNothingUnasked) {
  ScriptedServer server("127.0.0.1:0", grpc::InsecureServerCredentials());
  server.status = {grpc::UNAVAILABLE, "not now"};
  CallWithin30s(MustConnect(Local(server)),
                "/tencentcloudapi.trro.v20220325.TrroService/GetDevices");
  EXPECT_THAT(server.calls(), SizeIs(1));
}

std::shared_ptr<grpc::ServerCredentials> ServerTls(
    const Certificates& own, const Certificates* clients) {
  grpc::SslServerCredentialsOptions options(
      clients == nullptr
          ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
          : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_key_cert_pairs.push_back(
      {own.Read("server.key"), own.Read("server.pem")});
  if (clients != nullptr) options.pem_root_certs = clients->Read("ca.pem");
  return grpc::SslServerCredentials(options);
}

TEST(TlsTest, TrustsTheAuthorityAndTheNameOnly) {
  Certificates trusted, other;
  trusted.Issue("server", "DNS:gateway.example,IP:127.0.0.1");
  ScriptedServer server("127.0.0.1:0", ServerTls(trusted, nullptr));
  struct Row {
    Tls tls;
    grpc::StatusCode code;
  };
  const Row rows[] = {
      {{trusted.ca(), "", "", ""}, grpc::OK},
      {{trusted.ca(), "", "", "gateway.example"}, grpc::OK},
      {{trusted.ca(), "", "", "elsewhere.example"}, grpc::UNAVAILABLE},
      {{other.ca(), "", "", ""}, grpc::UNAVAILABLE},
      {{"", "", "", ""}, grpc::UNAVAILABLE},  // Not one of the system's.
  };
  for (const Row& row : rows) {
    ChannelOptions options;
    options.tls = row.tls;
    EXPECT_EQ(CallWithin30s(MustConnect(Local(server), options), "/a.B/C")
                  .error_code(),
              row.code)
        << row.tls.ca_file << row.tls.server_name;
  }
  EXPECT_EQ(CallWithin30s(MustConnect(Local(server)), "/a.B/C").error_code(),
            grpc::UNAVAILABLE);
}

TEST(TlsTest, ShowsItsCertificateAndTakesARenewedOne) {
  Certificates trusted, other;
  trusted.Issue("server", "DNS:gateway.example,IP:127.0.0.1");
  trusted.Issue("caller", "URI:spiffe://example.org/app");
  other.Issue("caller", "URI:spiffe://example.org/app");
  ScriptedServer server("127.0.0.1:0", ServerTls(trusted, &trusted));

  ChannelOptions options;
  options.tls = Tls{trusted.ca(), "", "", ""};
  EXPECT_EQ(
      CallWithin30s(MustConnect(Local(server), options), "/a.B/C").error_code(),
      grpc::UNAVAILABLE);

  // A certificate of an authority that the server does not know, in files that
  // get the right one later.
  options.tls =
      Tls{trusted.ca(), other.File("caller.pem"), other.File("caller.key"), ""};
  const auto channel = MustConnect(Local(server), options);
  EXPECT_EQ(CallWithin30s(channel, "/a.B/C").error_code(), grpc::UNAVAILABLE);
  for (const char* name : {"caller.key", "caller.pem"}) {
    std::filesystem::rename(trusted.File(name), other.File(name));
  }
  EXPECT_TRUE(CallWithin30s(channel, "/a.B/C", /*wait=*/true).ok());
  ASSERT_THAT(server.calls(), SizeIs(1));
  EXPECT_EQ(server.calls()[0].peer, "spiffe://example.org/app");
}

}  // namespace
}  // namespace tcgate::client
