#include "client/cli/call.h"

#include <future>
#include <istream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/cli/print_status.h"
#include "client/cli/request_body.h"
#include "client/cli/request_metadata.h"
#include "client/cli/stream_call.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "service/base/closest.h"
#include "service/base/printable.h"
#include "service/codec/encode.h"
#include "tcgate/client/error_details.h"

namespace tcgate {
namespace {

int Refuse(std::ostream& err, absl::string_view fault) {
  err << "tcgate call: " << fault << "\n";
  return kExitUsage;
}

const Action* FindAction(const Catalog& catalog, absl::string_view name) {
  if (absl::StrContains(name, "/")) {
    return catalog.Find(absl::StartsWith(name, "/") ? std::string(name)
                                                    : absl::StrCat("/", name));
  }
  return catalog.FindLabel(name);
}

std::string UnknownAction(const Catalog& catalog, absl::string_view name) {
  std::vector<absl::string_view> labels;
  for (const Action& action : catalog.actions()) labels.push_back(action.label);
  return absl::StrCat("the catalogue has no action ", name,
                      DidYouMean(name, labels), " (see tcgate list)");
}

// What was given by flags of its own, and what was given as `key:value`.
std::vector<std::string> AllMetadata(const CallRequest& request) {
  std::vector<std::string> all = request.metadata;
  const std::pair<absl::string_view, absl::string_view> named[] = {
      {"tcgate-account", request.account},
      {"tcgate-region", request.region},
      {"tcgate-language", request.language}};
  for (const auto& [key, value] : named) {
    if (!value.empty()) all.push_back(absl::StrCat(key, ":", value));
  }
  return all;
}

// Prints a message; false if it does not fit the catalogue. Those of a stream
// are a line each, for programs that read them as they come.
bool PrintReply(const MessageTable& table, bool streams,
                const grpc::ByteBuffer& reply, std::ostream& out,
                std::ostream& err) {
  grpc::Slice wire;
  if (!reply.DumpToSingleSlice(&wire).ok()) return false;
  std::string json;
  EncodeOptions options;
  options.max_bytes = std::numeric_limits<std::size_t>::max();
  const Outcome encoded = EncodeJson(
      table, {reinterpret_cast<const char*>(wire.begin()), wire.size()},
      options, json);
  if (!encoded.ok()) {
    err << "tcgate call: the reply does not fit the catalogue: "
        << encoded.message << "\n";
    return false;
  }
  if (streams) {
    out << json << "\n" << std::flush;
  } else {
    out << nlohmann::ordered_json::parse(json, nullptr, false).dump(2) << "\n";
  }
  return true;
}

// Goes to `err`, so that `out` holds nothing but the reply.
void PrintExplanation(const grpc::ClientContext& context, std::ostream& err) {
  for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
    const absl::string_view name(key.data(), key.size());
    if (absl::StartsWith(name, "tcgate-") || name == "tc-request-id") {
      err << name << ": " << Printable(std::string(value.data(), value.size()))
          << "\n";
    }
  }
}

// gRPC would take any word, and then say something about name servers.
std::string AddressFault(const std::string& to) {
  if (absl::StrContains(to, "://") && !absl::StartsWith(to, "dns:")) {
    return absl::StrCat("--to ", to, ": an address has no http://");
  }
  if (!absl::StrContains(to, ":")) {
    return absl::StrCat("--to ", to, ": a port is missing, such as ", to,
                        ":50051");
  }
  return "";
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectTo(
    const CallRequest& request) {
  std::string fault = AddressFault(request.to);
  if (!fault.empty()) return absl::InvalidArgumentError(fault);
  client::ChannelOptions options;
  const client::Tls& files = request.files;
  if (request.tls || !files.ca_file.empty() ||
      !files.certificate_file.empty() || !files.key_file.empty() ||
      !files.server_name.empty()) {
    options.tls = files;
  }
  // The gateway has a limit of its own.
  options.max_reply_bytes = std::numeric_limits<int>::max();
  auto channel = client::Connect(request.to, options);
  if (channel.ok()) return channel;
  // The library names its own options.
  return absl::InvalidArgumentError(absl::StrReplaceAll(
      channel.status().message(),
      {{"tls: certificate_file and key_file", "--cert and --key"},
       {"tls.ca_file", "--ca"},
       {"tls.certificate_file", "--cert"},
       {"tls.key_file", "--key"}}));
}

grpc::Status Send(const std::shared_ptr<grpc::Channel>& channel,
                  const std::string& path, const std::string& wire,
                  grpc::ClientContext& context, grpc::ByteBuffer& reply) {
  grpc::GenericStub stub(channel);
  const grpc::Slice slice(wire);
  const grpc::ByteBuffer message(&slice, 1);
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, path, {}, &message, &reply,
                 [&done](grpc::Status status) { done.set_value(status); });
  return done.get_future().get();
}

}  // namespace

Command CallCommand(CallRequest& request) {
  return {
      .name = "tcgate call",
      .summary = "Calls one action through a gateway.",
      .flags = {{"--to", "ADDR",
                 "the gateway, in place of 127.0.0.1:50051, or unix:/path",
                 &request.to},
                {"--tls", "", "TLS, with the system's authorities",
                 &request.tls},
                {"--ca", "FILE", "TLS, with the authorities of a PEM file",
                 &request.files.ca_file},
                {"--cert", "FILE", "TLS with a certificate of your own, PEM",
                 &request.files.certificate_file},
                {"--key", "FILE", "the key of --cert, PEM",
                 &request.files.key_file},
                {"--server-name", "NAME",
                 "TLS, and the name in the gateway's certificate",
                 &request.files.server_name},
                {"--timeout", "DURATION", "for the whole call, in place of 30s",
                 &request.timeout},
                {"--account", "NAME",
                 "one of the accounts that the gateway lets this caller choose",
                 &request.account},
                {"--region", "REGION", "such as ap-singapore", &request.region},
                {"--language", "LANGUAGE",
                 "of the vendor's messages, zh-CN or en-US", &request.language},
                {"--metadata", "KEY:VALUE",
                 "sent with the call, such as tcgate-empty-list; repeat for "
                 "more",
                 &request.metadata, "-H"},
                {"--explain", "", "show how the gateway came to its reply",
                 &request.explain},
                {"--descriptors", "FILE",
                 "a descriptor set with more products; repeat for more",
                 &request.descriptors}},
      .arguments =
          {{"ACTION", "as tcgate list shows it, or a path of gRPC",
            &request.action, true},
           {"JSON",
            "the request, in place of {}; - reads it from standard input",
            &request.body}},
      .notes =
          "Exits with 0 for a reply, 2 if the request could not be made "
          "and nothing was\nsent, 10 plus the gRPC code if the call "
          "failed (24 is UNAVAILABLE)."};
}

int RunCall(const CallRequest& request, const Catalog& catalog,
            std::istream& in, std::ostream& out, std::ostream& err) {
  const Action* action = FindAction(catalog, request.action);
  if (action == nullptr) {
    return Refuse(err, UnknownAction(catalog, request.action));
  }

  std::string body = request.body;
  if (body == "-") body.assign(std::istreambuf_iterator<char>(in), {});
  Tables tables;
  std::string wire;
  std::string fault =
      EncodeBody(*action, tables.For(*action->request), std::move(body), wire);
  if (!fault.empty()) return Refuse(err, fault);

  const auto channel = ConnectTo(request);
  if (!channel.ok()) return Refuse(err, channel.status().message());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + request.timeout);
  for (const std::string& text : AllMetadata(request)) {
    std::string key;
    std::string value;
    fault = SplitMetadata(text, key, value);
    if (!fault.empty()) return Refuse(err, fault);
    context.AddMetadata(key, value);
  }

  const MessageTable& table = tables.For(*action->response);
  bool fits = true;
  const auto print = [&](const grpc::ByteBuffer& message) {
    return fits = PrintReply(table, action->sse, message, out, err);
  };
  grpc::ByteBuffer reply;
  const grpc::Status status =
      action->sse ? StreamCall(*channel, action->path, wire, context, print)
                  : Send(*channel, action->path, wire, context, reply);
  if (request.explain) PrintExplanation(context, err);
  if (fits && !status.ok()) {
    PrintStatus(status, err);
    if (action->effect == Effect::kWrite && client::WriteMayHaveRun(status)) {
      err << "  the action may have run: read before you repeat it\n";
    }
    return kExitCode + status.error_code();
  }
  if (!action->sse) print(reply);
  if (!fits) return kExitCode + grpc::StatusCode::INTERNAL;
  return 0;
}

}  // namespace tcgate
