#include "service/rpc/request_metadata.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "service/telemetry/trace_context.h"

namespace tcgate {
namespace {

constexpr absl::string_view kOurPrefix = "tcgate-";
constexpr absl::string_view kTraceparent = "traceparent";

Outcome Invalid(absl::string_view key, absl::string_view fault) {
  Outcome outcome =
      Refusal(absl::StatusCode::kInvalidArgument, reason::kInvalidRequest,
              absl::StrCat("request metadata ", key, ": ", fault));
  outcome.violations.push_back({std::string(key), std::string(fault)});
  return outcome;
}

template <typename Predicate>
bool Consists(absl::string_view text, Predicate of) {
  return std::all_of(text.begin(), text.end(), of);
}

Outcome ReadRegion(absl::string_view key, absl::string_view value,
                   const Action& action, CallOptions& options) {
  const bool spelled = !value.empty() && Consists(value, [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  });
  if (!spelled) {
    return Invalid(key, "a region is one or more of a-z, 0-9 and -");
  }
  const std::vector<std::string>& served = action.regions;
  if (!served.empty() &&
      std::find(served.begin(), served.end(), value) == served.end()) {
    return Invalid(key, absl::StrCat(action.label, " is not served in ", value,
                                     ", but in ", absl::StrJoin(served, ", ")));
  }
  options.region = std::string(value);
  return {};
}

// The letters of a name in the configuration (key.proto, FORMAT_NAME).
Outcome ReadAccount(absl::string_view key, absl::string_view value,
                    CallOptions& options) {
  const bool spelled = !value.empty() && Consists(value, [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.';
  });
  if (!spelled) return Invalid(key, "must be the name of an account");
  options.account = std::string(value);
  return {};
}

Outcome ReadLanguage(absl::string_view key, absl::string_view value,
                     CallOptions& options) {
  if (value != "zh-CN" && value != "en-US") {
    return Invalid(key, "must be zh-CN or en-US");
  }
  options.language = std::string(value);
  return {};
}

Outcome ReadEmptyList(absl::string_view key, absl::string_view value,
                      CallOptions& options) {
  for (absl::string_view path : absl::StrSplit(value, ',')) {
    path = absl::StripAsciiWhitespace(path);
    const bool spelled = !path.empty() && Consists(path, [](unsigned char c) {
      return absl::ascii_isalnum(c) || c == '_' || c == '.';
    });
    if (!spelled) {
      return Invalid(key, "must be paths such as Filter.Tags, with commas");
    }
    options.empty_lists.emplace_back(path);
  }
  return {};
}

Outcome ReadTraceparent(absl::string_view key, absl::string_view value,
                        CallOptions& options) {
  if (!IsTraceparent(value)) {
    return Invalid(key, "must be 00-<32 hex>-<16 hex>-<2 hex>, ids not zero");
  }
  // What follows is of a version that is not known here.
  options.traceparent = std::string(value.substr(0, kTraceparentBytes));
  return {};
}

// `max-age=S`. Nine digits are 31 years and fit.
bool ReadMaxAge(absl::string_view digits, CacheControl& cache) {
  std::uint32_t seconds = 0;
  if (digits.size() > 9 || !absl::SimpleAtoi(digits, &seconds)) return false;
  cache.max_age = std::chrono::seconds(seconds);
  return Consists(digits,
                  [](unsigned char c) { return absl::ascii_isdigit(c); });
}

Outcome ReadCacheControl(absl::string_view key, absl::string_view value,
                         CallOptions& options) {
  CacheControl& cache = options.cache;
  for (absl::string_view word : absl::StrSplit(value, ',')) {
    word = absl::StripAsciiWhitespace(word);
    if (word == "no-cache") {
      cache.no_cache = true;
    } else if (word == "only-if-cached") {
      cache.only_if_cached = true;
    } else if (!absl::ConsumePrefix(&word, "max-age=") ||
               !ReadMaxAge(word, cache)) {
      return Invalid(key,
                     "must be no-cache, max-age=SECONDS or only-if-cached");
    }
  }
  if (cache.no_cache && cache.only_if_cached) {
    return Invalid(key, "no-cache and only-if-cached exclude each other");
  }
  return {};
}

// Chosen: what fits a UUID with a prefix, and a line of a log.
constexpr std::size_t kMaxIdempotencyKey = 128;

Outcome ReadIdempotencyKey(absl::string_view key, absl::string_view value,
                           const Action& action, CallOptions& options) {
  const bool spelled =
      !value.empty() && value.size() <= kMaxIdempotencyKey &&
      Consists(value, [](unsigned char c) { return absl::ascii_isgraph(c); });
  if (!spelled) {
    return Invalid(key, absl::StrCat("must be 1 to ", kMaxIdempotencyKey,
                                     " visible ASCII characters"));
  }
  if (action.sse) return Invalid(key, "a stream cannot be given twice");
  options.idempotency_key = std::string(value);
  return {};
}

Outcome ReadOurs(absl::string_view key, absl::string_view value,
                 const Action& action, CallOptions& options) {
  if (key == "tcgate-account") return ReadAccount(key, value, options);
  if (key == "tcgate-region") return ReadRegion(key, value, action, options);
  if (key == "tcgate-language") return ReadLanguage(key, value, options);
  if (key == "tcgate-empty-list") return ReadEmptyList(key, value, options);
  if (key == "tcgate-cache-control") {
    return ReadCacheControl(key, value, options);
  }
  if (key == "tcgate-idempotency-key") {
    return ReadIdempotencyKey(key, value, action, options);
  }
  if (key == kTraceparent) return ReadTraceparent(key, value, options);
  return Invalid(key, "this version of tcgate knows no such key");
}

}  // namespace

Outcome ReadRequestMetadata(const ClientMetadata& metadata,
                            const Action& action, CallOptions& options) {
  absl::string_view last;  // Equal keys are neighbours.
  for (const auto& [raw_key, raw_value] : metadata) {
    const absl::string_view key(raw_key.data(), raw_key.size());
    if (!absl::StartsWith(key, kOurPrefix) && key != kTraceparent) continue;
    if (key == last) return Invalid(key, "must be sent once");
    last = key;
    Outcome outcome =
        ReadOurs(key, absl::string_view(raw_value.data(), raw_value.size()),
                 action, options);
    if (!outcome.ok()) return outcome;
  }
  return {};
}

}  // namespace tcgate
