#ifndef TCGATE_CLIENT_CLI_CALL_H_
#define TCGATE_CLIENT_CLI_CALL_H_

#include <chrono>
#include <iosfwd>
#include <string>
#include <vector>

#include "service/base/flags.h"
#include "service/catalog/catalog.h"
#include "tcgate/client/channel.h"

namespace tcgate {

// What `tcgate call` was asked to do.
struct CallRequest {
  std::string to = "127.0.0.1:50051";  // Or `unix:/path`, `dns:///host:port`.
  bool tls = false;
  client::Tls files;  // One that is set asks for TLS, too.
  std::chrono::milliseconds timeout{30'000};
  std::vector<std::string> metadata;  // Each `key:value`.
  // Sent as `tcgate-account`, `tcgate-region`, `tcgate-language`. Empty: the
  // gateway's choice.
  std::string account;
  std::string region;
  std::string language;
  bool explain = false;
  std::vector<std::string> descriptors;  // See `LoadCatalog`.
  std::string action;       // A label, `product.Action`, or a path of gRPC.
  std::string body = "{}";  // JSON of the request. `-`: read from input.
};

// Exit codes of a failed call are the gRPC code above this, so that none is
// taken for `kExitUsage`.
inline constexpr int kExitCode = 10;

// The command line of `tcgate call`, which fills in `request`.
Command CallCommand(CallRequest& request);

// Makes one call, by the catalogue alone: no code of a product is needed.
// Prints the reply to `out` as JSON with the vendor's names, numbers exact; of
// an action that streams each message as it comes, on a line of its own.
// What went wrong, and what `explain` asks for, is printed to `err`.
//
// Returns the exit code: 0; `kExitUsage` after one line if the request cannot
// be made from what was given - an action or a member that the catalogue does
// not know, a value that does not fit - in which case nothing was sent;
// `kExitCode` and the gRPC code if the call failed.
int RunCall(const CallRequest& request, const Catalog& catalog,
            std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace tcgate

#endif  // TCGATE_CLIENT_CLI_CALL_H_
