#include "client/cli/list.h"

#include <gmock/gmock.h>

#include <sstream>

#include "tests/cli/acme.h"

namespace tcgate {
namespace {

TEST(ListActions, IsATableForEachProduct) {
  std::ostringstream out, err;
  EXPECT_EQ(ListActions(AcmeCatalog(), "", out, err), 0);
  EXPECT_EQ(out.str(),
            "acme 2024-05-06  Makes anvils.\n"
            "\n"
            "ACTION          EFFECT      LIMIT  TTL  REGIONS    TAGS           "
            "    SUMMARY\n"
            "acme.GetAnvils  read        10/1m  5s   ap-one     reads "
            "anvil,forge  Lists anvils.\n"
            "acme.MakeAnvil  write       20/s   -    ap-one +2  writes anvil   "
            "    Makes one.\n"
            "acme.SetWeight  idempotent  20/s   -    any        writes anvil   "
            "    Sets the weight.\n"
            "acme.Ring       read        20/s   -    any        -              "
            "    Rings.\n"
            "acme.Melt       write       20/s   -    any        writes all     "
            "    (deprecated) Melts everything.\n"
            "\n"
            "road 2020-01-01  Runs.\n"
            "\n"
            "ACTION    EFFECT  LIMIT  TTL  REGIONS  TAGS        SUMMARY\n"
            "road.Run  write   20/s   -    any      writes all  Runs once.\n");
  EXPECT_EQ(err.str(), "");
}

TEST(ListActions, OneProductIsListedAlone) {
  std::ostringstream out, err;
  EXPECT_EQ(ListActions(AcmeCatalog(), "road", out, err), 0);
  EXPECT_THAT(out.str(), testing::StartsWith("road 2020-01-01"));
}

TEST(ListActions, AnUnknownProductIsOneLineAndExitTwo) {
  std::ostringstream out, err;
  EXPECT_EQ(ListActions(AcmeCatalog(), "acne", out, err), kExitUsage);
  EXPECT_EQ(err.str(),
            "tcgate list: the catalogue has no product acne; did "
            "you mean acme?\n");
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace tcgate
