// What anybody may send to the sandbox: the first byte chooses the form, the
// rest is the input. Nothing may crash, and every answer must be one that a
// client can read.

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "service/catalog/action.h"
#include "service/catalog/catalog.h"
#include "service/sandbox/authorization.h"
#include "service/sandbox/control.h"
#include "service/sandbox/faults.h"
#include "service/sandbox/vendor.h"
#include "tests/sandbox/signed_request.h"
#include "tests/support/fake_clock.h"

namespace tcgate {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

class Fuzz {
 public:
  void Run(int form, const std::string& input) {
    switch (form % 5) {
      case 0:
        ParseAuthorization(input);
        return Unsigned(input);
      case 1:
        return Control(input);
      case 2:
        return Signed("POST", input);
      case 3:
        return Signed("GET", input);
      default:
        return Faults(input);
    }
  }

 private:
  // One header a line, then the body; the first line is the target.
  void Unsigned(const std::string& input) {
    HttpServer::Request request;
    request.method = "POST";
    request.target = input.substr(0, input.find('\n'));
    request.headers = {{"authorization", input},
                       {"host", input.substr(0, 20)},
                       {"x-tc-action", "GetDevices"},
                       {"x-tc-version", "2022-03-25"},
                       {"x-tc-timestamp", absl::StrCat(kTestTime)}};
    request.body = input;
    IsEnvelope(vendor_.Answer(request));
  }

  void Control(const std::string& input) {
    for (const char* path :
         {"/_sandbox/faults", "/_sandbox/limits", "/_sandbox/reset"}) {
      HttpServer::Request request;
      request.method = "POST";
      request.target = path;
      request.body = input;
      const HttpServer::Reply reply = AnswerControl(request, vendor_);
      Check(nlohmann::json::accept(reply.body));
    }
  }

  static void Faults(const std::string& input) {
    const auto faults = ParseFaults(input);
    Check(faults.ok() || !faults.status().message().empty());
  }

  // The first line is an action's label, or its first byte chooses one.
  void Signed(const char* method, const std::string& input) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const auto& actions = ShippedCatalog().actions();
    const Action* named = ShippedCatalog().FindLabel(input.substr(0, end));
    const std::size_t chosen = static_cast<unsigned char>(input[0]);
    const Action& action =
        named != nullptr ? *named : actions[chosen % actions.size()];
    const std::string rest = end == input.size() ? "" : input.substr(end + 1);
    SignedRequest request;
    request.method = method;
    request.action = action.name;
    request.version = action.product->version;
    request.service = action.product->code;
    (request.method == "GET" ? request.query : request.body) = rest;
    const HttpServer::Reply reply = vendor_.Answer(request.Build());
    if (!reply.pieces) return IsEnvelope(reply);
    int pieces = 0;
    while (reply.pieces().has_value()) Check(++pieces < 100'000);
  }

  static void IsEnvelope(const HttpServer::Reply& reply) {
    const auto text = nlohmann::json::parse(reply.body, nullptr, false);
    Check(text.is_object() && text.contains("Response"));
    Check(text["Response"].contains("RequestId"));
  }

  FakeClock clock_;
  Vendor vendor_{TestCredentials(), ShippedCatalog(), clock_, false};
};

}  // namespace
}  // namespace tcgate

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static auto& fuzz = *new tcgate::Fuzz;
  if (size == 0) return 0;
  fuzz.Run(data[0],
           std::string(reinterpret_cast<const char*>(data + 1), size - 1));
  return 0;
}
