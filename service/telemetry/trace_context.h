#ifndef TCGATE_SERVICE_TELEMETRY_TRACE_CONTEXT_H_
#define TCGATE_SERVICE_TELEMETRY_TRACE_CONTEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace tcgate {

class Random;

// W3C Trace Context, https://www.w3.org/TR/trace-context/: the header
// `traceparent` says of which trace a request is, and which span of it asks.
// Version 00 is `00-<trace id>-<span id>-<flags>`, with 32, 16 and 2 digits of
// lower case hex. All of it is pure but for `Random`, and thread-safe.

// Length of a value of version 00, and of the part of a later one that is known
// here.
constexpr std::size_t kTraceparentBytes = 55;

// Whether `value` can be read. Of a later version it may be longer, after one
// more dash; ids are never zero, and there is no version ff.
bool IsTraceparent(absl::string_view value);

// Makes the `traceparent`, of version 00, of a new span below that of `parent`:
// of the same trace, with the flags of it that are known: sampled and random.
// Empty: of a new trace, which nobody has asked to sample. `parent` is empty or
// `IsTraceparent`.
std::string ChildTraceparent(absl::string_view parent, Random& random);

// The parts of a value for which `IsTraceparent`; empty of an empty one.
absl::string_view TraceId(absl::string_view traceparent);
absl::string_view SpanId(absl::string_view traceparent);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_TELEMETRY_TRACE_CONTEXT_H_
