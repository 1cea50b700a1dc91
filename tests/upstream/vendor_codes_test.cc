#include "service/upstream/vendor_codes.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/base/outcome.h"
#include "tests/upstream/vendor_code_rows.h"

namespace tcgate {
namespace {

std::string Name(Retry retry) {
  switch (retry) {
    case Retry::kNever:
      return "never";
    case Retry::kOnce:
      return "once";
    case Retry::kBackoff:
      return "backoff";
    case Retry::kIdempotent:
      return "idempotent";
  }
  return "";
}

void ExpectMeaning(const std::string& code, const VendorCodeRow& row) {
  const VendorCode found = LookUpVendorCode(code);
  EXPECT_EQ(CodeName(found.code), absl::string_view(row.grpc)) << code;
  EXPECT_EQ(Name(found.retry), row.retry) << code;
}

TEST(VendorCodes, TheDocumentedTableIsWholeHere) {
  // 38 common codes, 24 of products, 28 families.
  EXPECT_THAT(VendorCodeRows(), testing::SizeIs(90));
}

TEST(VendorCodes, EveryDocumentedCodeMeansWhatTheTableSays) {
  for (const VendorCodeRow& row : VendorCodeRows()) {
    if (row.kind == "exact") ExpectMeaning(row.code, row);
  }
}

TEST(VendorCodes, ACodeThatIsNotListedMeansWhatItsFamilyMeans) {
  for (const VendorCodeRow& row : VendorCodeRows()) {
    if (row.kind != "family") continue;
    ExpectMeaning(row.code, row);
    ExpectMeaning(row.code + ".NotListedAnywhere", row);
    ExpectMeaning(row.code + ".Two.Segments", row);
  }
}

TEST(VendorCodes, AFamilyIsAWholeSegment) {
  for (const char* code :
       {"", ".", "InternalErrors", "InternalError2.X", "internalerror",
        "DryRunOperation.X", "Brand.New", " InternalError"}) {
    ExpectMeaning(code, {"", code, "UNKNOWN", "never"});
  }
}

}  // namespace
}  // namespace tcgate
