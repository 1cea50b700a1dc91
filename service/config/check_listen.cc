#include "service/config/check_listen.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "service/config/formats.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {

namespace pb = ::tcgate::config::v1;

namespace {

// Collects what the listeners and those who come through them get wrong.
class Checker {
 public:
  Checker(const pb::Config& config, std::vector<std::string>& faults)
      : config_(config), faults_(faults) {
    for (const pb::Listener& listener : config.listen()) {
      absl::string_view path = listener.address();
      if (absl::ConsumePrefix(&path, "unix:")) sockets_.insert(path);
      certificates_ |= !listener.tls().client_ca_file().empty();
    }
    remote_rule_ = std::any_of(
        config.callers().begin(), config.callers().end(), [](const auto& rule) {
          return rule.match().anonymous() && rule.match().remote();
        });
  }

  void Run() {
    absl::flat_hash_set<absl::string_view> addresses;
    for (int i = 0; i < config_.listen_size(); ++i) {
      const pb::Listener& listener = config_.listen(i);
      const std::string path = absl::StrCat("listen[", i, "]");
      CheckListener(path, listener);
      const bool any_port = absl::EndsWith(listener.address(), ":0");
      if (!addresses.insert(listener.address()).second && !any_port) {
        Fail(path, ".address: ", Quote(listener.address()), " stands twice");
      }
    }
    CheckAdmin(config_.admin());
    for (int i = 0; i < config_.proxies_size(); ++i) {
      CheckProxy(absl::StrCat("proxies[", i, "]"), config_.proxies(i));
    }
    for (int i = 0; i < config_.callers_size(); ++i) {
      CheckMatch(absl::StrCat("callers[", i, "].match"),
                 config_.callers(i).match());
    }
  }

 private:
  void CheckListener(const std::string& path, const pb::Listener& listener) {
    const bool socket = absl::StartsWith(listener.address(), "unix:");
    if (socket && listener.has_tls()) {
      Fail(path, ".tls: not for a Unix socket, which is an identity itself");
    }
    if (listener.has_tls() && listener.plaintext()) {
      Fail(path, ".plaintext: contradicts tls");
    }
    if (socket || IsLoopbackAddress(listener.address())) {
      if (listener.plaintext()) {
        Fail(path, ".plaintext: no other machine reaches ", listener.address(),
             ", where plain text needs no leave");
      }
      return;
    }
    if (listener.has_tls()) return;
    if (!listener.plaintext()) {
      Fail(path, ": other machines reach ", listener.address(),
           ": it needs tls, or plaintext: true and an entry of callers with "
           "match: {anonymous: true, remote: true}");
    } else if (!remote_rule_) {
      Fail(path,
           ".plaintext: must be said twice: no entry of callers has "
           "match: {anonymous: true, remote: true}");
    }
  }

  void CheckAdmin(const pb::Admin& admin) {
    if (admin.remote() || IsLoopbackAddress(admin.address())) return;
    Fail("admin: other machines reach ", admin.address(),
         ": it needs remote: true");
  }

  void CheckProxy(const std::string& path, const pb::Proxy& proxy) {
    switch (proxy.identity_case()) {
      case pb::Proxy::kSpiffe:
        if (!certificates_) {
          Fail(path,
               ".spiffe: no listener asks for certificates "
               "(listen[].tls.client_ca_file)");
        }
        return;
      case pb::Proxy::kUnix:
        return CheckSocket(absl::StrCat(path, ".unix"), proxy.unix());
      case pb::Proxy::IDENTITY_NOT_SET:
        Fail(path, ": must hold exactly one of spiffe, unix");
    }
  }

  void CheckMatch(const std::string& path, const pb::Match& match) {
    const int ways = int{match.anonymous()} + int{!match.spiffe().empty()} +
                     int{!match.unix().empty()};
    if (ways == 0) {
      Fail(path,
           ": matches nobody; write {anonymous: true}, {spiffe: ...} or "
           "{unix: ...}");
    } else if (ways > 1) {
      Fail(path,
           ": must hold one of anonymous, spiffe, unix; an entry for "
           "each");
    }
    if (match.remote() && !match.anonymous()) {
      Fail(path, ".remote: goes with anonymous: true only");
    }
    if (!match.unix().empty()) {
      CheckSocket(absl::StrCat(path, ".unix"), match.unix());
    }
    if (!match.spiffe().empty() && !certificates_ &&
        config_.proxies().empty()) {
      Fail(path,
           ".spiffe: matches nobody: no listener asks for certificates "
           "(listen[].tls.client_ca_file), and there are no proxies");
    }
  }

  void CheckSocket(const std::string& path, const std::string& socket) {
    if (sockets_.contains(socket)) return;
    Fail(path, ": no listener has the address unix:", socket);
  }

  template <typename... Parts>
  void Fail(const Parts&... parts) {
    faults_.push_back(absl::StrCat(parts...));
  }

  const pb::Config& config_;
  std::vector<std::string>& faults_;
  absl::flat_hash_set<absl::string_view> sockets_;
  bool certificates_ = false;
  bool remote_rule_ = false;
};

}  // namespace

void CheckListen(const pb::Config& config, std::vector<std::string>& faults) {
  Checker(config, faults).Run();
}

}  // namespace tcgate
