#ifndef TCGATE_SERVICE_SANDBOX_REPLY_BOOK_H_
#define TCGATE_SERVICE_SANDBOX_REPLY_BOOK_H_

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/sandbox/vendor_error.h"

namespace tcgate {

struct Action;

// What actions answer, read from replies.json. It has `rows`, lists of records
// by name, and `actions`, a plan for each label, all members optional:
//
//   reply            members of the reply, as they are
//   rows             the name of the records to answer with
//   where            {parameter: [members]}: without the records that have the
//                    parameter's value in none of the members, if it is given
//   echo             parameters that replace the member of the same name
//   into             member of the reply that lists the records, each as far as
//                    the type of the member goes. Without it the first record
//                    is the reply; if none is left, the first of all
//   number, size     parameters of the page, from 1, 10 records by default
//   total, count     members that count the records: all, and on this page
//   interval, start, end   parameters of a series: a record for each `hour`,
//                    `day` or `month` of the period, see time_series.h
//   one_of           {parameter: [values]}: the values it may have
//
// An action without a plan, and what a plan leaves open, is answered by the
// descriptor: numbers are 0, texts, lists and objects empty, and a text whose
// name ends in `Id` is a new id. Immutable, thread-safe.
class ReplyBook {
 public:
  ReplyBook();
  ~ReplyBook();

  // Checks the values that a plan restricts: InvalidParameterValue.
  std::optional<VendorError> CheckValues(
      const Action& action, const nlohmann::json& parameters) const;

  // Returns the whole reply, its envelope included. REQUIRES: `parameters` have
  // passed `ReadParameters` and `CheckValues`.
  std::string Answer(const Action& action, const nlohmann::json& parameters,
                     WallTime now) const;

 private:
  struct Book;
  std::unique_ptr<const Book> book_;
};

// Returns the reply that says `error`.
std::string ErrorReply(const VendorError& error);

// The text of replies.json, built into the program.
absl::string_view EmbeddedReplies();

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_REPLY_BOOK_H_
