#include "service/http/curl_fault.h"

#include <gtest/gtest.h>

#include <tuple>

namespace tcgate {
namespace {

// What libcurl says, and what that is before and after the request was sent.
using Row = std::tuple<CURLcode, HttpFault, HttpFault>;

class FaultOfTest : public testing::TestWithParam<Row> {};

TEST_P(FaultOfTest, Table) {
  const auto [code, before, after] = GetParam();
  EXPECT_EQ(FaultOf(code, /*sent=*/false), before);
  EXPECT_EQ(FaultOf(code, /*sent=*/true), after);
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultOfTest,
    testing::Values(
        Row{CURLE_OK, HttpFault::kNone, HttpFault::kNone},
        Row{CURLE_COULDNT_RESOLVE_HOST, HttpFault::kName, HttpFault::kBroken},
        Row{CURLE_COULDNT_CONNECT, HttpFault::kConnect, HttpFault::kBroken},
        Row{CURLE_URL_MALFORMAT, HttpFault::kConnect, HttpFault::kBroken},
        // The kernel's: deadlines never come this way.
        Row{CURLE_OPERATION_TIMEDOUT, HttpFault::kConnect, HttpFault::kBroken},
        Row{CURLE_SSL_CONNECT_ERROR, HttpFault::kTls, HttpFault::kBroken},
        Row{CURLE_PEER_FAILED_VERIFICATION, HttpFault::kTls,
            HttpFault::kBroken},
        Row{CURLE_SSL_CACERT_BADFILE, HttpFault::kTls, HttpFault::kBroken},
        Row{CURLE_SEND_ERROR, HttpFault::kConnect, HttpFault::kBroken},
        Row{CURLE_RECV_ERROR, HttpFault::kConnect, HttpFault::kBroken},
        Row{CURLE_GOT_NOTHING, HttpFault::kConnect, HttpFault::kBroken},
        Row{CURLE_PARTIAL_FILE, HttpFault::kConnect, HttpFault::kBroken},
        Row{CURLE_BAD_CONTENT_ENCODING, HttpFault::kConnect,
            HttpFault::kBroken}));

}  // namespace
}  // namespace tcgate
