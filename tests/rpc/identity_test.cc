// Who calls, as the edge finds out: Unix sockets, certificates, proxies.

#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/rpc/client.h"
#include "tests/rpc/edge_fixture.h"
#include "tests/rpc/test_authority.h"

namespace tcgate {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kXfcc[] = "x-forwarded-client-cert";

class IdentityTest : public EdgeFixture {
 protected:
  IdentityTest() {
    folder_ = testing::TempDir() + "tcgate-identity-XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    Install(servers_.Issue());
    Write("ca.pem", clients_.pem());
  }
  ~IdentityTest() override {
    edge_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string Path(const std::string& name) const {
    return folder_ + "/" + name;
  }
  // As mounted secrets do: never half a file.
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(Path("next")) << text;
    std::filesystem::rename(Path("next"), Path(name));
  }
  void Install(const IssuedPair& pair) {
    Write("s.pem", pair.certificate);
    Write("s.key", pair.key);
  }

  void ServeTls(const std::vector<std::string>& proxies = {},
                bool ask_clients = true) {
    EdgeOptions options = Defaults();
    options.listen[0].tls = TlsFiles{Path("s.pem"), Path("s.key"),
                                     ask_clients ? Path("ca.pem") : ""};
    options.proxies = proxies;
    Restart(std::move(options));
  }
  void ServeUnix(const std::vector<std::string>& proxies = {}) {
    EdgeOptions options = Defaults();
    options.listen = {{"unix:" + Path("a.sock"), {}}};
    options.proxies = proxies;
    Restart(std::move(options));
  }

  // Trusts `servers`; `names` are in the client's certificate, none without.
  Client TlsClient(const std::string& names,
                   const TestAuthority* servers = nullptr) const {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = (servers == nullptr ? servers_ : *servers).pem();
    if (!names.empty()) {
      const IssuedPair pair = clients_.IssueTo(names);
      options.pem_cert_chain = pair.certificate;
      options.pem_private_key = pair.key;
    }
    return Client(address(), grpc::SslCredentials(options));
  }

  // The caller of the last call in the log.
  std::string LoggedCaller() {
    const std::string text = LogText();
    constexpr char kKey[] = "\"caller\":\"";
    const std::size_t at = text.rfind(kKey);
    if (at == std::string::npos) return "";
    const std::size_t begin = at + sizeof(kKey) - 1;
    return text.substr(begin, text.find('"', begin) - begin);
  }

  // Whether `holds` comes true; each try makes a new connection.
  template <typename Predicate>
  static bool Soon(Predicate holds) {
    const MonoTime latest = SystemClock().MonoNow() + std::chrono::seconds(10);
    while (!holds()) {
      if (SystemClock().MonoNow() > latest) return false;
    }
    return true;
  }

  static CallSettings Header(const std::string& value) {
    return {.metadata = {{kXfcc, value}}, .deadline = {}};
  }

  TestAuthority servers_;
  TestAuthority clients_;
  std::string folder_;
};

TEST_F(IdentityTest, ACertificateIsItsSpiffeId) {
  ServeTls();
  Client client = TlsClient("URI:spiffe://example.org/ns/a/sa/b,DNS:x");
  EXPECT_TRUE(client.Call(kRead, "").status.ok());
  EXPECT_EQ(LoggedCaller(), "spiffe://example.org/ns/a/sa/b");
  EXPECT_TRUE(client.Call(kSpare, "").status.ok());
}

TEST_F(IdentityTest, ACertificateWithoutOneSpiffeIdIsNobody) {
  ServeTls();
  for (const char* names :
       {"DNS:x", "URI:https://example.org/a", "URI:spiffe://example.org/a/",
        "URI:spiffe://example.org/a,URI:spiffe://example.org/b",
        "URI:spiffe://example.org/a,URI:https://example.org/a"}) {
    SCOPED_TRACE(names);
    const ClientAnswer answer = TlsClient(names).Call(kRead, "");
    EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(answer.reason(), "NO_IDENTITY");
    EXPECT_THAT(answer.status.error_message(), HasSubstr("exactly one URI"));
    EXPECT_EQ(LoggedCaller(), "unidentified");
  }
}

TEST_F(IdentityTest, AnIdThatNoRuleKnowsIsUnauthenticated) {
  ServeTls();
  const ClientAnswer answer =
      TlsClient("URI:spiffe://else.org/a").Call(kRead, "");
  EXPECT_EQ(answer.reason(), "NO_IDENTITY");
  EXPECT_EQ(LoggedCaller(), "spiffe://else.org/a");
}

TEST_F(IdentityTest, WithoutACertificateOfTheAuthorityThereIsNoConnection) {
  ServeTls();
  EXPECT_EQ(TlsClient("").Call(kRead, "").status.error_code(),
            grpc::StatusCode::UNAVAILABLE);
  const TestAuthority wrong;
  const IssuedPair pair = wrong.IssueTo("URI:spiffe://example.org/a");
  Client client(address(), grpc::SslCredentials(
                               {servers_.pem(), pair.key, pair.certificate}));
  EXPECT_EQ(client.Call(kRead, "").status.error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Client(address()).Call(kRead, "").status.error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(LogText(), "");
}

TEST_F(IdentityTest, WhereClientsAreNotAskedTheyAreAnonymous) {
  ServeTls({}, false);
  EXPECT_TRUE(
      TlsClient("URI:spiffe://example.org/a").Call(kRead, "").status.ok());
  EXPECT_EQ(LoggedCaller(), "anonymous");
}

TEST_F(IdentityTest, AUnixSocketIsAnIdentity) {
  ServeUnix();
  const ClientAnswer answer = Client(address()).Call(kRead, "");
  EXPECT_EQ(answer.reason(), "NO_IDENTITY");  // No rule has it.
  EXPECT_EQ(LoggedCaller(), "unix:" + Path("a.sock"));
  edge_->Drain();
  EXPECT_FALSE(std::filesystem::exists(Path("a.sock")));
}

TEST_F(IdentityTest, OnlyAProxysWordOnClientsIsRead) {
  const CallSettings forged = Header("URI=spiffe://example.org/admin");
  ServeTls({"spiffe://example.org/proxy"});
  TlsClient("URI:spiffe://example.org/a").Call(kRead, "", forged);
  EXPECT_EQ(LoggedCaller(), "spiffe://example.org/a");
  TlsClient("URI:spiffe://example.org/proxy/x").Call(kRead, "", forged);
  EXPECT_EQ(LoggedCaller(), "spiffe://example.org/proxy/x");
  TlsClient("DNS:x").Call(kRead, "", forged);
  EXPECT_EQ(LoggedCaller(), "unidentified");

  ServeUnix({"unix:" + Path("b.sock")});
  Client(address()).Call(kRead, "", forged);
  EXPECT_EQ(LoggedCaller(), "unix:" + Path("a.sock"));

  Restart(Defaults());
  Client(address()).Call(kRead, "", forged);
  EXPECT_EQ(LoggedCaller(), "anonymous");
  EXPECT_THAT(LogText(), Not(HasSubstr("admin")));
}

TEST_F(IdentityTest, AProxySaysWhoCallsInItsLastElement) {
  const CallSettings two = Header(
      "By=spiffe://example.org/gate;URI=spiffe://example.org/admin,"
      "Hash=0a;Subject=\"CN=x,O=y\";URI=spiffe://example.org/a");
  ServeTls({"spiffe://example.org/proxy"});
  Client proxy = TlsClient("URI:spiffe://example.org/proxy");
  EXPECT_TRUE(proxy.Call(kRead, "", two).status.ok());
  EXPECT_EQ(LoggedCaller(), "spiffe://example.org/a");
  // Of a call without the header the proxy is the caller.
  EXPECT_TRUE(proxy.Call(kRead, "").status.ok());
  EXPECT_EQ(LoggedCaller(), "spiffe://example.org/proxy");

  ServeUnix({"unix:" + Path("a.sock")});
  EXPECT_TRUE(Client(address()).Call(kRead, "", two).status.ok());
  EXPECT_EQ(LoggedCaller(), "spiffe://example.org/a");
}

TEST_F(IdentityTest, AProxyThatCannotBeReadForwardsNobody) {
  ServeUnix({"unix:" + Path("a.sock")});
  Client client(address());
  for (const char* value :
       {"", "Hash=1", "URI=\"spiffe://example.org/a", "spiffe://example.org/a",
        "URI=spiffe://example.org/a,Hash=1"}) {
    SCOPED_TRACE(value);
    const ClientAnswer answer = client.Call(kRead, "", Header(value));
    EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
    EXPECT_EQ(answer.reason(), "NO_IDENTITY");
    EXPECT_THAT(answer.status.error_message(), HasSubstr(kXfcc));
    EXPECT_THAT(answer.status.error_message(), Not(HasSubstr("example.org")));
  }
  CallSettings twice = Header("URI=spiffe://example.org/a");
  twice.metadata.push_back(twice.metadata[0]);
  EXPECT_THAT(client.Call(kRead, "", twice).status.error_message(),
              HasSubstr("more than once"));
}

TEST_F(IdentityTest, NewCertificatesAreForNewConnections) {
  ServeTls();
  Client open = TlsClient("URI:spiffe://example.org/a");
  ASSERT_TRUE(open.Call(kRead, "").status.ok());
  const TestAuthority others;
  Install(others.Issue());
  EXPECT_TRUE(Soon([&] {
    return TlsClient("URI:spiffe://example.org/a", &others)
        .Call(kRead, "")
        .status.ok();
  }));
  EXPECT_EQ(TlsClient("URI:spiffe://example.org/a")
                .Call(kRead, "")
                .status.error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(open.Call(kRead, "").status.ok());
}

TEST_F(IdentityTest, AnAuthorityThatIsTakenOutLetsNobodyIn) {
  ServeTls();
  Client open = TlsClient("URI:spiffe://example.org/a");
  ASSERT_TRUE(open.Call(kRead, "").status.ok());
  Write("ca.pem", TestAuthority().pem());
  EXPECT_TRUE(Soon([&] {
    return TlsClient("URI:spiffe://example.org/a")
               .Call(kRead, "")
               .status.error_code() == grpc::StatusCode::UNAVAILABLE;
  }));
  // Until the connection has its age.
  EXPECT_TRUE(open.Call(kRead, "").status.ok());
}

TEST_F(IdentityTest, CertificatesThatDoNotHoldStopTheStart) {
  Write("s.key", clients_.Issue().key);
  EdgeOptions options = Defaults();
  options.listen[0].tls = TlsFiles{Path("s.pem"), Path("s.key"), ""};
  const auto edge =
      Edge::Start(options, *catalog_, *gateway_, *metrics_, *access_log_);
  EXPECT_EQ(edge.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(edge.status().message()), HasSubstr("s.key"));
}

}  // namespace
}  // namespace tcgate
