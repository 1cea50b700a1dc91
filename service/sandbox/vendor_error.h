#ifndef TCGATE_SERVICE_SANDBOX_VENDOR_ERROR_H_
#define TCGATE_SERVICE_SANDBOX_VENDOR_ERROR_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tcgate {

// An error as the vendor's envelope says it. Codes are those of its "Common
// Error Codes"; the messages below are its own where they are known.
struct VendorError {
  std::string code;
  std::string message;
};

inline VendorError MissingParameter(absl::string_view name) {
  return {"MissingParameter",
          absl::StrCat("The request is missing a required parameter `", name,
                       "`.")};
}

inline VendorError WrongType(absl::string_view name) {
  return {"InvalidParameter", absl::StrCat("The value type of parameter `",
                                           name, "` is not valid.")};
}

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_VENDOR_ERROR_H_
