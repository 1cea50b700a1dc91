#ifndef TCGATE_CLIENT_ERROR_DETAILS_H_
#define TCGATE_CLIENT_ERROR_DETAILS_H_

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "grpcpp/support/status.h"

namespace tcgate::client {

// Who decided how a call ended: `ErrorDetails::domain`.
inline constexpr char kVendor[] = "tencentcloudapi.com";
inline constexpr char kGateway[] = "tcgate";

// One fault of a request.
struct FieldViolation {
  std::string field;        // By the vendor's names, such as `Filter.Tags[2]`.
  std::string description;  // What is wrong.
};

// What a failed call says beside its code and message, which is for people.
struct ErrorDetails {
  // kVendor or kGateway. Empty where there are no details: gRPC itself ended
  // the call, here or at the gateway.
  std::string domain;
  // The vendor's code, such as `MissingParameter`, or one of the gateway's
  // reasons, such as `NOT_ALLOWED`: its README has the table.
  std::string reason;
  // Such as `cause` of an OUTCOME_UNKNOWN.
  std::map<std::string, std::string> metadata;
  // What to quote to the vendor's support; empty where it did not answer.
  std::string request_id;
  // How long to wait at least; absent where waiting does not help.
  std::optional<std::chrono::milliseconds> retry_delay;
  // The members of the request that are at fault.
  std::vector<FieldViolation> violations;
};

// Reads google.rpc details from the status of a call. What cannot be read, and
// kinds of detail not listed above, are left out.
ErrorDetails ReadErrorDetails(const grpc::Status& status);

// Whether a unary WRITE that ended so may have run: then read before repeating
// it. False means that it certainly did not. True for success, and where there
// are no details: a connection that broke says nothing of what the gateway did.
bool WriteMayHaveRun(const grpc::Status& status);

}  // namespace tcgate::client

#endif  // TCGATE_CLIENT_ERROR_DETAILS_H_
