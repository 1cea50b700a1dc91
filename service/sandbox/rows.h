#ifndef TCGATE_SERVICE_SANDBOX_ROWS_H_
#define TCGATE_SERVICE_SANDBOX_ROWS_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "service/sandbox/call.h"

namespace tcgate {

// Part of a list that was asked for.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Completes a copy of a record of `kind` by the plan's or the kind's view, and
// with what it has become with time.
void Complete(const Call& call, const std::string& kind,
              nlohmann::json& record);

// Returns the records, or made rows, that the plan answers with: those which
// its filters leave.
std::vector<nlohmann::json> RowsOf(const Call& call);

// Cuts out the page that the parameters ask for: by number from 1 (0 is taken
// as 1), or by offset. Ten to a page by default, a hundred at most. All of
// them, if the plan knows no pages.
Span PageOf(const Call& call, std::size_t total);

// Writes the rows into the reply, as a list with its counts or, without `into`
// in the plan, the first as the reply itself.
void AnswerRows(const Call& call, const std::vector<nlohmann::json>& rows);

// Replaces members by the parameters that the plan echoes.
void Echo(const Call& call, const google::protobuf::Descriptor& message,
          ReplyJson& object);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_ROWS_H_
