#include "service/upstream/vendor_codes.h"

#include <algorithm>
#include <cstddef>

namespace tcgate {
namespace {

using enum absl::StatusCode;
using enum Retry;

struct Row {
  absl::string_view code;
  VendorCode meaning;
};

// Families: what a code means by its first segment. Codes and meanings are
// documented (https://cloud.tencent.com/document/api/213/30435); status and
// retry class are chosen. Sorted. UNAUTHENTICATED is not among the codes: that
// is for a caller whom the gateway does not know, and the signature is its own.
constexpr Row kFamilies[] = {
    {"ActionOffline", {kUnimplemented, kNever}},
    {"AuthFailure", {kInternal, kNever}},
    {"FailedOperation", {kFailedPrecondition, kNever}},
    {"InternalError", {kInternal, kIdempotent}},
    {"InvalidAction", {kUnimplemented, kNever}},
    {"InvalidParameter", {kInvalidArgument, kNever}},
    {"InvalidParameterValue", {kInvalidArgument, kNever}},
    {"InvalidRequest", {kInvalidArgument, kNever}},
    {"IpInBlacklist", {kPermissionDenied, kNever}},
    {"IpNotInWhitelist", {kPermissionDenied, kNever}},
    {"LimitExceeded", {kResourceExhausted, kNever}},
    {"MissingParameter", {kInvalidArgument, kNever}},
    {"NoSuchProduct", {kUnimplemented, kNever}},
    {"NoSuchVersion", {kUnimplemented, kNever}},
    {"OperationDenied", {kPermissionDenied, kNever}},
    {"RequestLimitExceeded", {kResourceExhausted, kBackoff}},
    {"RequestSizeLimitExceeded", {kInvalidArgument, kNever}},
    {"ResourceInUse", {kFailedPrecondition, kNever}},
    {"ResourceInsufficient", {kResourceExhausted, kNever}},
    {"ResourceNotFound", {kNotFound, kNever}},
    {"ResourceUnavailable", {kUnavailable, kIdempotent}},
    {"ResponseSizeLimitExceeded", {kOutOfRange, kNever}},
    {"ServiceUnavailable", {kUnavailable, kIdempotent}},
    {"UnauthorizedOperation", {kPermissionDenied, kNever}},
    {"UnknownParameter", {kInvalidArgument, kNever}},
    {"UnsupportedOperation", {kUnimplemented, kNever}},
    {"UnsupportedProtocol", {kUnimplemented, kNever}},
    {"UnsupportedRegion", {kInvalidArgument, kNever}},
};

// Codes that mean something else than their family, and the one without a
// family. Sorted.
constexpr Row kExceptions[] = {
    {"AuthFailure.MFAFailure", {kPermissionDenied, kNever}},
    {"AuthFailure.SecretIdNotFound", {kInternal, kOnce}},
    {"AuthFailure.SignatureExpire", {kInternal, kOnce}},
    {"AuthFailure.TokenFailure", {kInternal, kOnce}},
    {"AuthFailure.UnRealNameAuthenticated", {kPermissionDenied, kNever}},
    {"AuthFailure.UnauthorizedOperation", {kPermissionDenied, kNever}},
    {"AuthFailure.UnsupportedOperation", {kPermissionDenied, kNever}},
    {"DryRunOperation", {kFailedPrecondition, kNever}},
    {"FailedOperation.MixSessionNotExist", {kNotFound, kNever}},
    {"FailedOperation.RequestOutdated", {kAborted, kNever}},
    {"FailedOperation.RestrictedConcurrency", {kResourceExhausted, kNever}},
    {"FailedOperation.RestrictedFrequency", {kResourceExhausted, kBackoff}},
    {"FailedOperation.RoomNotExist", {kNotFound, kNever}},
    {"FailedOperation.SdkAppIdNotExist", {kNotFound, kNever}},
    {"FailedOperation.SdkAppIdNotUnderAppId", {kPermissionDenied, kNever}},
    {"FailedOperation.TaskExist", {kAlreadyExists, kNever}},
    {"FailedOperation.TaskNotExist", {kNotFound, kNever}},
    {"FailedOperation.UpdateVoicePrintIdNotFound", {kNotFound, kNever}},
    {"FailedOperation.UserNotExist", {kNotFound, kNever}},
    {"FailedOperation.VoicePrintRegistrationLimit",
     {kResourceExhausted, kNever}},
    {"InternalError.UserNotExist", {kNotFound, kNever}},
    {"InvalidParameter.PictureNotFound", {kNotFound, kNever}},
    {"LimitExceeded.ConcurrencyLimit", {kResourceExhausted, kBackoff}},
    {"OperationDenied.FreqOverLimit", {kResourceExhausted, kBackoff}},
    {"OperationDenied.LicensesNotEnoughError", {kResourceExhausted, kNever}},
    {"UnsupportedOperation.InternalError", {kInternal, kNever}},
    {"UnsupportedOperation.NotAllowed", {kPermissionDenied, kNever}},
    {"UnsupportedOperation.TaskLimit", {kResourceExhausted, kNever}},
};

constexpr bool Before(const Row& a, const Row& b) { return a.code < b.code; }
static_assert(std::is_sorted(std::begin(kFamilies), std::end(kFamilies),
                             Before));
static_assert(std::is_sorted(std::begin(kExceptions), std::end(kExceptions),
                             Before));

template <std::size_t n>
const Row* Find(const Row (&rows)[n], absl::string_view code) {
  const Row* row = std::lower_bound(rows, rows + n, Row{code, {}}, Before);
  return row != rows + n && row->code == code ? row : nullptr;
}

}  // namespace

VendorCode LookUpVendorCode(absl::string_view code) {
  if (const Row* row = Find(kExceptions, code)) return row->meaning;
  // Every family is one segment, so the longest prefix is the first.
  if (const Row* row = Find(kFamilies, code.substr(0, code.find('.')))) {
    return row->meaning;
  }
  return {};
}

}  // namespace tcgate
