#include "service/base/closest.h"

#include <gtest/gtest.h>

namespace tcgate {
namespace {

const std::vector<absl::string_view> kKeys = {"site", "region", "language",
                                              "credentials", "endpoint"};

TEST(Closest, ASlipInALetterIsForgiven) {
  EXPECT_EQ(Closest("sit", kKeys), "site");
  EXPECT_EQ(Closest("Region", kKeys), "region");
  EXPECT_EQ(Closest("endpiont", kKeys), "endpoint");
  EXPECT_EQ(Closest("credentails", kKeys), "credentials");
}

TEST(Closest, WhatLooksLikeNothingIsNotGuessedAt) {
  EXPECT_EQ(Closest("share", kKeys), "");
  EXPECT_EQ(Closest("", kKeys), "");
  EXPECT_EQ(Closest("site", {}), "");
}

TEST(Closest, TheFirstOfEquallyNearOnesWins) {
  EXPECT_EQ(Closest("bat", {"cat", "hat"}), "cat");
}

TEST(DidYouMean, EndsAMessageOnlyWhereACandidateIsNear) {
  EXPECT_EQ(DidYouMean("sites", kKeys), "; did you mean site?");
  EXPECT_EQ(DidYouMean("share", kKeys), "");
}

}  // namespace
}  // namespace tcgate
