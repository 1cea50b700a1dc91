#include "service/catalog/read_options.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "tcgate/options/v1/options.pb.h"

namespace tcgate {
namespace {

namespace pb = options::v1;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using std::chrono::milliseconds;

// Returns the first sentence of the comment above a declaration, on one line;
// empty if there is none or the set holds no comments.
template <typename Descriptor>
std::string Summary(const Descriptor& descriptor) {
  google::protobuf::SourceLocation location;
  if (!descriptor.GetSourceLocation(&location)) return "";
  const absl::string_view comment = location.leading_comments;
  const absl::string_view paragraph = comment.substr(0, comment.find("\n\n"));
  std::string line = absl::StrJoin(
      absl::StrSplit(paragraph, absl::ByAnyChar(" \n"), absl::SkipEmpty()),
      " ");
  if (const auto end = line.find(". "); end != std::string::npos) {
    line.resize(end + 1);
  }
  return line;
}

// Returns nothing for what is negative, malformed or finer than a millisecond.
std::optional<milliseconds> Milliseconds(
    const google::protobuf::Duration& duration) {
  // 10,000 years, as google/protobuf/duration.proto says.
  constexpr std::int64_t kMaxSeconds = 315'576'000'000;
  if (duration.seconds() < 0 || duration.seconds() > kMaxSeconds ||
      duration.nanos() < 0 || duration.nanos() > 999'999'999 ||
      duration.nanos() % 1'000'000 != 0) {
    return std::nullopt;
  }
  return milliseconds(duration.seconds() * 1000 + duration.nanos() / 1'000'000);
}

std::optional<Effect> ReadEffect(pb::Effect effect) {
  switch (effect) {
    case pb::EFFECT_READ:
      return Effect::kRead;
    case pb::EFFECT_IDEMPOTENT:
      return Effect::kIdempotent;
    case pb::EFFECT_UNSPECIFIED:  // The cautious reading.
    case pb::EFFECT_WRITE:
      return Effect::kWrite;
    default:
      return std::nullopt;
  }
}

template <typename Tags>
std::vector<std::string> OfProduct(const Product& product, const Tags& tags) {
  std::vector<std::string> result;
  for (const std::string& tag : tags) {
    result.push_back(absl::StrCat(product.code, "/", tag));
  }
  return result;
}

}  // namespace

Product ReadProduct(const ServiceDescriptor& service, Faults& faults) {
  const pb::Product& option = service.options().GetExtension(pb::product);
  if (option.code().empty() || option.version().empty() ||
      (option.mainland_host().empty() && option.international_host().empty())) {
    faults.push_back(absl::StrCat(
        service.full_name(),
        ": names no product: option tcgate.options.v1.product needs code, ",
        "version and a host"));
  }
  Product product;
  product.code = option.code();
  product.version = option.version();
  product.mainland_host = option.mainland_host();
  product.international_host = option.international_host();
  product.service = service.full_name();
  product.summary = Summary(service);
  return product;
}

Action ReadAction(const MethodDescriptor& method, const Product& product,
                  Faults& faults) {
  const pb::Action& option = method.options().GetExtension(pb::action);
  const auto refuse = [&](absl::string_view what) {
    faults.push_back(absl::StrCat(method.full_name(), ": ", what));
  };

  Action action;
  action.product = &product;
  action.name = option.name().empty() ? method.name() : option.name();
  action.label = absl::StrCat(product.label, ".", action.name);
  action.path =
      absl::StrCat("/", method.service()->full_name(), "/", method.name());
  action.reads = OfProduct(product, option.reads());
  action.writes = OfProduct(product, option.writes());
  action.regions.assign(option.regions().begin(), option.regions().end());
  action.sensitive = option.sensitive();
  action.sse = option.sse();
  action.deprecated = method.options().deprecated();
  action.host = option.host();
  action.summary = Summary(method);
  action.request = method.input_type();
  action.response = method.output_type();

  if (const auto effect = ReadEffect(option.effect())) {
    action.effect = *effect;
  } else {
    refuse(absl::StrCat("effect ", static_cast<int>(option.effect()),
                        " is newer than this build"));
  }

  if (option.limit().calls() > 0) {
    action.limit_calls = option.limit().calls();
  } else if (option.limit().has_per()) {
    refuse("the limit has a period and no calls");
  }
  if (option.limit().has_per()) {
    const auto period = Milliseconds(option.limit().per());
    if (period.has_value() && *period > milliseconds::zero()) {
      action.limit_period = *period;
    } else {
      refuse("the period of the limit is not a positive number of ms");
    }
  }

  if (const auto ttl = Milliseconds(option.cache_ttl())) {
    action.cache_ttl = *ttl;
  } else {
    refuse("cache_ttl is not a number of ms");
  }
  if (action.cache_ttl > milliseconds::zero() &&
      (action.effect != Effect::kRead || action.sse)) {
    refuse("cache_ttl on what is not a read, or is a stream");
  }

  if (method.client_streaming()) {
    refuse("client streaming has no counterpart upstream");
  }
  if (method.server_streaming() != option.sse()) {
    refuse("`returns (stream ...)` and the option `sse` go together");
  }
  return action;
}

}  // namespace tcgate
