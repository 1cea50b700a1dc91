#ifndef TCGATE_TESTS_UPSTREAM_VENDOR_CODE_ROWS_H_
#define TCGATE_TESTS_UPSTREAM_VENDOR_CODE_ROWS_H_

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace tcgate {

// A row of testdata/vendor_codes.txt, the table as documented.
struct VendorCodeRow {
  std::string kind;  // `exact` or `family`.
  std::string code;
  std::string grpc;   // Such as `NOT_FOUND`.
  std::string retry;  // `never`, `once`, `backoff` or `idempotent`.
};

inline std::vector<VendorCodeRow> VendorCodeRows() {
  std::ifstream file(TCGATE_TESTDATA "/vendor_codes.txt");
  std::vector<VendorCodeRow> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    VendorCodeRow row;
    words >> row.kind >> row.code >> row.grpc >> row.retry;
    rows.push_back(row);
  }
  return rows;
}

}  // namespace tcgate

#endif  // TCGATE_TESTS_UPSTREAM_VENDOR_CODE_ROWS_H_
