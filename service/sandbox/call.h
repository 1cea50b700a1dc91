#ifndef TCGATE_SERVICE_SANDBOX_CALL_H_
#define TCGATE_SERVICE_SANDBOX_CALL_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "service/sandbox/plans.h"
#include "service/sandbox/records.h"
#include "service/sandbox/reply.h"
#include "service/sandbox/vendor_error.h"

namespace tcgate {

// One call of an action, as what answers it sees it.
struct Call {
  const Plans& plans;
  const nlohmann::json& plan;        // Of the action.
  const nlohmann::json& parameters;  // Checked; none is null.
  std::int64_t now;                  // Unix seconds.
  Records& records;
  const google::protobuf::Descriptor* response;
  ReplyJson& reply;  // Begins as `Blank`.
};

// What plans.h cannot say as data is a function here; plans name it. See
// particular.cc for the tables.

// Makes the rows that an action answers with, from more than one record.
using RowsFunction = std::vector<nlohmann::json> (*)(const Call& call);
// Completes a copy of a record with what follows from the time or from others,
// or, as `forget` of a kind, clears up behind one that will be erased.
using RecordFunction = void (*)(const Call& call, nlohmann::json& record);
// Does what an action does.
using StepFunction = std::optional<VendorError> (*)(Call& call);

// Each returns null for a name that is not in its table.
RowsFunction FindRows(const std::string& name);
RecordFunction FindView(const std::string& name);
StepFunction FindStep(const std::string& name);

// The error that says `kind` has no such record, by the code of the action's
// plan, else of the kind's.
VendorError Unknown(const Call& call, const std::string& kind);

// What an action that may refuse a full table answers.
VendorError Full();

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_CALL_H_
