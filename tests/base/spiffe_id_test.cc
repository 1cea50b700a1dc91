#include "service/base/spiffe_id.h"

#include <gtest/gtest.h>

#include <string>

namespace tcgate {
namespace {

TEST(SpiffeId, WhatTheStandardAllowsIsOne) {
  for (const char* text :
       {"spiffe://example.org", "spiffe://example.org/a",
        "spiffe://example.org/ns/prod/sa/Web-1_x.y", "spiffe://a_b-c.1/...",
        "spiffe://example.org/.a/b..c"}) {
    EXPECT_TRUE(IsSpiffeId(text)) << text;
  }
}

TEST(SpiffeId, EverythingElseIsNone) {
  for (const char* text : {"",
                           "spiffe://",
                           "spiffe:///a",
                           "spiffe:/example.org/a",
                           "https://example.org/a",
                           "SPIFFE://example.org/a",
                           "spiffe://Example.org/a",
                           "spiffe://example.org/",
                           "spiffe://example.org/a/",
                           "spiffe://example.org//a",
                           "spiffe://example.org/a//b",
                           "spiffe://example.org/./a",
                           "spiffe://example.org/a/..",
                           "spiffe://example.org:8443/a",
                           "spiffe://user@example.org/a",
                           "spiffe://example.org/a?b",
                           "spiffe://example.org/a#b",
                           "spiffe://example.org/a%2fb",
                           "spiffe://example.org/a b",
                           "spiffe://example.org/a,b",
                           "spiffe://example.org/*",
                           " spiffe://example.org/a",
                           "spiffe://example.org/a\n"}) {
    EXPECT_FALSE(IsSpiffeId(text)) << text;
  }
  EXPECT_FALSE(IsSpiffeId(std::string("spiffe://example.org/a\0b", 24)));
}

TEST(SpiffeId, IsBoundedInLength) {
  const std::string path = "spiffe://e/" + std::string(2037, 'a');
  EXPECT_TRUE(IsSpiffeId(path));
  EXPECT_FALSE(IsSpiffeId(path + "a"));
  EXPECT_TRUE(IsSpiffeId("spiffe://" + std::string(255, 'a')));
  EXPECT_FALSE(IsSpiffeId("spiffe://" + std::string(256, 'a')));
}

}  // namespace
}  // namespace tcgate
