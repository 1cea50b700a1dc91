#ifndef TCGATE_TESTS_SANDBOX_SIGNED_REQUEST_H_
#define TCGATE_TESTS_SANDBOX_SIGNED_REQUEST_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "service/admin/http_server.h"
#include "service/catalog/catalog.h"
#include "service/sandbox/verify.h"

namespace tcgate {

inline constexpr char kTestId[] = "AKIDtest";
inline constexpr char kTestKey[] = "a-key-for-tests";
inline constexpr std::int64_t kTestTime = 1551113065;  // As `FakeClock` starts.

// A request as some client makes it: what is signed and what is sent can be set
// apart. The defaults are those of the official SDKs.
struct SignedRequest {
  std::string action = "GetDevices";
  std::string version = "2022-03-25";
  std::string method = "POST";
  std::string query;
  std::string body = R"({"PageNum":1,"PageSize":10})";
  std::string content_type = "application/json";
  std::string host = "127.0.0.1:8180";
  std::string signed_host = host;
  std::string service = "trro";
  std::int64_t timestamp = kTestTime;
  std::string secret_id = kTestId;
  std::string secret_key = kTestKey;
  bool unsigned_payload = false;
  bool sign_action = false;
  std::string region;
  std::string token;

  // Signs it.
  HttpServer::Request Build() const;

  // The same as bytes on the wire.
  std::string Text() const;
};

std::vector<SandboxCredential> TestCredentials();

// The products that the program ships.
const Catalog& ShippedCatalog();

}  // namespace tcgate

#endif  // TCGATE_TESTS_SANDBOX_SIGNED_REQUEST_H_
