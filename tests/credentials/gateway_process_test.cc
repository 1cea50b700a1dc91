#include "service/credentials/gateway_process.h"

#include <gtest/gtest.h>

namespace tcgate {
namespace {

TEST(CleanEnvironment, ListsWhatMayPass) {
  for (const char* entry :
       {"PATH=/bin", "HOME=/root", "LANG=C", "LC_ALL=C.UTF-8", "TZ=UTC",
        "GRPC_VERBOSITY=ERROR", "ASAN_OPTIONS=a=b", "TSAN_OPTIONS=",
        "MALLOC_CONF=x", "SSL_CERT_FILE=/f", "SSL_CERT_DIR=/d"}) {
    EXPECT_TRUE(MayPass(entry)) << entry;
  }
}

TEST(CleanEnvironment, WhateverHoldsAKeyStays) {
  for (const char* entry :
       {"TENCENTCLOUD_SECRET_KEY=k", "TENCENTCLOUD_SECRET_ID=i",
        "TENCENTCLOUD_TOKEN=t", "TENCENTCLOUD_CREDENTIALS_FILE=f",
        "TKE_WEB_IDENTITY_TOKEN_FILE=f", "http_proxy=p", "LD_PRELOAD=x",
        "PATHS=/bin", "LC=x", "MY_PATH=x", "", "="}) {
    EXPECT_FALSE(MayPass(entry)) << entry;
  }
}

}  // namespace
}  // namespace tcgate
