#include "service/rpc/certificate_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_replace.h"
#include "tests/rpc/test_authority.h"

namespace tcgate {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class CertificateSetTest : public testing::Test {
 protected:
  CertificateSetTest() : pair_(authority_.Issue()) {}

  // What is wrong with these texts, or nothing.
  std::string Fault(const std::string& chain, const std::string& key,
                    const std::string& client_ca) const {
    CertificateSet set;
    set.chain = chain;
    set.key = Secret(key);
    set.client_ca = client_ca;
    const absl::Status status = CheckCertificateSet(
        set, {"s.pem", "s.key", "ca.pem"}, SystemClock().WallNow());
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("-----")));
    return std::string(status.message());
  }
  std::string Fault(const TestAuthority::Request& request) const {
    const IssuedPair pair = authority_.Issue(request);
    return Fault(pair.certificate, pair.key, authority_.pem());
  }

  TestAuthority authority_;
  IssuedPair pair_;
};

TEST_F(CertificateSetTest, AWholeSetHolds) {
  EXPECT_EQ(Fault(pair_.certificate, pair_.key, authority_.pem()), "");
  EXPECT_EQ(
      Fault(pair_.certificate + authority_.pem(), pair_.key,
            "# words between\n" + authority_.pem() + TestAuthority().pem()),
      "");
}

TEST_F(CertificateSetTest, AKeyOfAnotherCertificateIsRefused) {
  const std::string fault =
      Fault(pair_.certificate, authority_.Issue().key, authority_.pem());
  EXPECT_EQ(fault, "s.key: not the key of the certificate in s.pem");
  // The first certificate of the chain counts, however it is headed.
  const std::string trusted = absl::StrReplaceAll(
      authority_.pem(), {{" CERTIFICATE", " TRUSTED CERTIFICATE"}});
  EXPECT_EQ(Fault(trusted + pair_.certificate, pair_.key, authority_.pem()),
            fault);
  EXPECT_EQ(
      Fault(authority_.pem() + pair_.certificate, pair_.key, authority_.pem()),
      fault);
}

TEST_F(CertificateSetTest, WhatIsCutOrMissingIsRefusedByFile) {
  const std::string half =
      pair_.certificate.substr(0, pair_.certificate.size() / 2);
  for (const std::string& bad :
       {std::string(), std::string("words"), half, pair_.certificate + half,
        pair_.certificate + std::string(1, '\0'), pair_.key}) {
    EXPECT_THAT(Fault(bad, pair_.key, authority_.pem()), HasSubstr("s.pem: "));
    EXPECT_THAT(Fault(pair_.certificate, pair_.key, bad),
                HasSubstr("ca.pem: "));
  }
  for (const std::string& bad :
       {std::string(), pair_.certificate, pair_.key.substr(0, 60)}) {
    EXPECT_THAT(Fault(pair_.certificate, bad, authority_.pem()),
                HasSubstr("s.key: not a private key"));
  }
}

TEST_F(CertificateSetTest, AKeyWithAPasswordIsRefusedAndNobodyAsked) {
  constexpr char kEncrypted[] =
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
      "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhm+l0Q3WqD5QICCAAw\n"
      "-----END ENCRYPTED PRIVATE KEY-----\n";
  EXPECT_THAT(Fault(pair_.certificate, kEncrypted, authority_.pem()),
              HasSubstr("needs no password"));
}

TEST_F(CertificateSetTest, WhatIsOutOfDateIsRefused) {
  EXPECT_EQ(Fault({.begins = seconds(-7200), .ends = seconds(-60)}),
            "s.pem: a certificate has expired");
  EXPECT_EQ(Fault({.begins = seconds(60), .ends = seconds(7200)}),
            "s.pem: a certificate is not valid yet: check the clock");
  const IssuedPair old =
      authority_.Issue({.begins = seconds(-7200), .ends = seconds(-60)});
  EXPECT_EQ(
      Fault(pair_.certificate + old.certificate, pair_.key, authority_.pem()),
      "s.pem: a certificate has expired");
}

TEST_F(CertificateSetTest, OneAuthorityWithinItsDatesIsEnough) {
  // Only its dates count here: who signed it does not.
  const std::string old =
      authority_.Issue({.begins = seconds(-7200), .ends = seconds(-60)})
          .certificate;
  const std::string to_come =
      authority_.Issue({.begins = seconds(60), .ends = seconds(7200)})
          .certificate;
  for (const std::string& none : {old, to_come, old + to_come}) {
    EXPECT_EQ(Fault(pair_.certificate, pair_.key, none),
              "ca.pem: every authority has expired or is not valid yet");
    EXPECT_EQ(Fault(pair_.certificate, pair_.key, none + authority_.pem()), "");
  }
}

TEST_F(CertificateSetTest, AKeyThatGrpcReadsInAnotherWayIsRefused) {
  const std::string nul(1, '\0');
  for (const std::string& bad :
       {nul + pair_.key, pair_.key + nul, "engine:x:y\n" + pair_.key}) {
    EXPECT_EQ(Fault(pair_.certificate, bad, authority_.pem()),
              "s.key: not a private key in PEM and nothing else");
  }
}

TEST_F(CertificateSetTest, AKeyThatIsTooShortIsRefused) {
  EXPECT_THAT(Fault({.weak = true}), HasSubstr("too short"));
}

TEST_F(CertificateSetTest, ACertificateExpiresWithItsLastSecond) {
  const WallTime now = SystemClock().WallNow();
  EXPECT_FALSE(HasExpired(pair_.certificate, now));
  EXPECT_FALSE(HasExpired(pair_.certificate, now + seconds(3500)));
  EXPECT_TRUE(HasExpired(pair_.certificate, now + seconds(3700)));
  EXPECT_TRUE(HasExpired("", now));
  EXPECT_TRUE(HasExpired("words", now));
}

TEST_F(CertificateSetTest, WithoutAuthoritiesNoneAreLookedFor) {
  CertificateSet set;
  set.chain = pair_.certificate;
  set.key = Secret(pair_.key);
  EXPECT_TRUE(
      CheckCertificateSet(set, {"s.pem", "s.key", ""}, SystemClock().WallNow())
          .ok());
}

}  // namespace
}  // namespace tcgate
