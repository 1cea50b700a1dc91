#include "client/cli/list.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "service/base/closest.h"

namespace tcgate {
namespace {

std::string DurationText(std::chrono::milliseconds time) {
  return absl::FormatDuration(absl::FromChrono(time));
}

absl::string_view EffectName(Effect effect) {
  switch (effect) {
    case Effect::kRead:
      return "read";
    case Effect::kIdempotent:
      return "idempotent";
    case Effect::kWrite:
      return "write";
  }
  return "";
}

std::string LimitText(const Action& action) {
  if (action.limit_period == std::chrono::seconds(1)) {
    return absl::StrCat(action.limit_calls, "/s");
  }
  return absl::StrCat(action.limit_calls, "/",
                      DurationText(action.limit_period));
}

std::string TtlText(const Action& action) {
  return action.cache_ttl.count() == 0 ? "-" : DurationText(action.cache_ttl);
}

std::string RegionsText(const Action& action) {
  if (action.regions.empty()) return "any";
  if (action.regions.size() == 1) return action.regions.front();
  return absl::StrCat(action.regions.front(), " +", action.regions.size() - 1);
}

// `reads device`, without the product that every tag begins with.
std::string TagsText(const Action& action) {
  const std::string product = absl::StrCat(action.product->code, "/");
  const auto list = [&product](absl::string_view verb,
                               const std::vector<std::string>& tags) {
    if (tags.empty()) return std::string();
    return absl::StrCat(
        verb, " ",
        absl::StrJoin(tags, ",", [&product](std::string* out, const auto& tag) {
          absl::StrAppend(out,
                          absl::StripPrefix(absl::string_view(tag), product));
        }));
  };
  std::string reads = list("reads", action.reads);
  std::string writes = list("writes", action.writes);
  if (action.effect == Effect::kWrite && writes.empty()) writes = "writes all";
  if (reads.empty()) return writes.empty() ? "-" : writes;
  return writes.empty() ? reads : absl::StrCat(reads, "; ", writes);
}

// The last column is as wide as it is.
using Row = std::array<std::string, 7>;

Row RowOf(const Action& action) {
  return {
      action.label,
      std::string(EffectName(action.effect)),
      LimitText(action),
      TtlText(action),
      RegionsText(action),
      TagsText(action),
      absl::StrCat(action.deprecated ? "(deprecated) " : "", action.summary)};
}

void Print(const std::vector<Row>& rows, std::ostream& out) {
  std::array<std::size_t, std::tuple_size_v<Row>> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  for (const Row& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      out << row[i] << std::string(widths[i] - row[i].size() + 2, ' ');
    }
    out << row.back() << "\n";
  }
}

}  // namespace

Command ListCommand(ListRequest& request) {
  return {.name = "tcgate list",
          .summary = "Lists the actions that this build knows.",
          .flags = {{"--descriptors", "FILE",
                     "a descriptor set with more products; repeat for more",
                     &request.descriptors}},
          .arguments = {{"PRODUCT", "only this product's", &request.product}},
          .notes =
              "LIMIT is the vendor's, for each account. TTL is how long a "
              "reply may be\nserved again, TAGS which writes make which "
              "stored replies invalid. What an\naction takes stands in "
              "proto/."};
}

int ListActions(const Catalog& catalog, absl::string_view product,
                std::ostream& out, std::ostream& err) {
  std::vector<absl::string_view> codes;
  bool first = true;
  for (const Product& each : catalog.products()) {
    codes.push_back(each.code);
    if (!product.empty() && product != each.code) continue;
    if (!first) out << "\n";
    first = false;
    out << each.code << " " << each.version << "  " << each.summary << "\n\n";
    std::vector<Row> rows = {
        {"ACTION", "EFFECT", "LIMIT", "TTL", "REGIONS", "TAGS", "SUMMARY"}};
    for (const Action& action : catalog.actions()) {
      if (action.product == &each) rows.push_back(RowOf(action));
    }
    Print(rows, out);
  }
  if (!first || product.empty()) return 0;
  err << "tcgate list: the catalogue has no product " << product
      << DidYouMean(product, codes) << "\n";
  return kExitUsage;
}

}  // namespace tcgate
