// The products in proto/: what every caller and every table may rely on.

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "service/catalog/catalog.h"
#include "tcgate/options/v1/options.pb.h"
#include "tencentcloudapi/trro/v20220325/trro.pb.h"
#include "tencentcloudapi/trtc/v20190722/trtc.pb.h"

namespace tcgate {
namespace {

namespace pb = options::v1;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using testing::UnorderedElementsAre;

const Catalog& Shipped() {
  static const Catalog* const catalog =
      Catalog::Build({EmbeddedDescriptors()}).value().release();
  return *catalog;
}

// Every message that a call may hold.
std::set<const Descriptor*> Messages() {
  std::set<const Descriptor*> seen;
  const auto visit = [&](const auto& self, const Descriptor* message) -> void {
    if (!seen.insert(message).second) return;
    for (int i = 0; i < message->field_count(); ++i) {
      if (const Descriptor* nested = message->field(i)->message_type()) {
        self(self, nested);
      }
    }
  };
  for (const Action& action : Shipped().actions()) {
    visit(visit, action.request);
    visit(visit, action.response);
  }
  return seen;
}

bool HoldsSecret(const Descriptor& message,
                 std::set<const Descriptor*> seen = {}) {
  if (!seen.insert(&message).second) return false;
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (field.options().GetExtension(pb::field).sensitive()) return true;
    if (field.message_type() != nullptr &&
        HoldsSecret(*field.message_type(), seen)) {
      return true;
    }
  }
  return false;
}

// One line of the listing. What is empty or absent is left out.
std::string Line(const Action& action) {
  const char* const effects[] = {"READ", "IDEMPOTENT", "WRITE"};
  std::string line = absl::StrCat(action.label, " ", action.path, " ",
                                  effects[static_cast<int>(action.effect)],
                                  " limit=", action.limit_calls, "/",
                                  action.limit_period.count(), "ms");
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) absl::StrAppend(&line, " ", name, "=", value);
  };
  if (action.cache_ttl.count() > 0) {
    add("ttl", absl::StrCat(action.cache_ttl.count(), "ms"));
  }
  add("reads", absl::StrJoin(action.reads, ","));
  add("writes", absl::StrJoin(action.writes, ","));
  add("regions", absl::StrJoin(action.regions, ","));
  add("host", action.host);
  absl::StrAppend(&line, action.sse ? " sse" : "",
                  action.sensitive ? " sensitive" : "",
                  action.deprecated ? " deprecated" : "", "\n");
  return line;
}

// `buf breaking` cannot see an option change; this does.
TEST(ShippedProducts, AChangedOptionShowsInTheGoldenListing) {
  std::string listing;
  for (const Action& action : Shipped().actions()) {
    absl::StrAppend(&listing, Line(action));
  }
  const std::string file = TCGATE_TESTDATA "/catalog.golden";
  if (std::getenv("TCGATE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(file) << listing;
    return;
  }
  std::ostringstream golden;
  golden << std::ifstream(file).rdbuf();
  EXPECT_EQ(listing, golden.str())
      << "The catalogue differs from tests/testdata/catalog.golden. If that is "
         "meant, write it anew and look at the difference:\n"
         "  TCGATE_UPDATE_GOLDEN=1 build/release/tests/catalog/"
         "catalog_shipped_test && git diff tests/testdata/catalog.golden";
}

TEST(ShippedProducts, HaveTheirActionsByEffect) {
  std::map<std::string, std::map<Effect, int>> count;
  for (const Action& action : Shipped().actions()) {
    ++count[action.product->code][action.effect];
  }
  EXPECT_THAT(count["trro"],
              UnorderedElementsAre(std::pair(Effect::kRead, 19),
                                   std::pair(Effect::kIdempotent, 4),
                                   std::pair(Effect::kWrite, 16)));
  EXPECT_THAT(count["trtc"],
              UnorderedElementsAre(std::pair(Effect::kRead, 38),
                                   std::pair(Effect::kIdempotent, 11),
                                   std::pair(Effect::kWrite, 41)));
}

TEST(ShippedProducts, IndicesAreDenseAndAddressesAreThoseOfTheTable) {
  std::size_t index = 0;
  for (const Action& action : Shipped().actions()) {
    EXPECT_EQ(action.index, index++);
    EXPECT_EQ(Shipped().Find(action.path), &action);
    EXPECT_EQ(Shipped().FindLabel(action.label), &action);
  }
}

TEST(ShippedProducts, EverythingIsDocumented) {
  for (const Product& product : Shipped().products()) {
    EXPECT_NE(product.summary, "") << product.service;
  }
  for (const Action& action : Shipped().actions()) {
    EXPECT_NE(action.summary, "") << action.label;
  }
}

TEST(ShippedProducts, ASecretMemberMakesItsActionSensitive) {
  for (const Action& action : Shipped().actions()) {
    EXPECT_EQ(action.sensitive,
              HoldsSecret(*action.request) || HoldsSecret(*action.response))
        << action.label;
  }
}

TEST(ShippedProducts, AWriteNamesWhatItChanges) {
  for (const Action& action : Shipped().actions()) {
    EXPECT_EQ(action.writes.empty(), action.effect == Effect::kRead)
        << action.label;
  }
}

TEST(ShippedProducts, UnsetAndZeroDiffer) {
  for (const Descriptor* message : Messages()) {
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor& field = *message->field(i);
      EXPECT_TRUE(field.is_repeated() || field.has_presence())
          << field.full_name();
    }
  }
}

TEST(ShippedProducts, EveryFieldSpellsTheNameOfItsMember) {
  for (const Descriptor* message : Messages()) {
    for (int i = 0; i < message->field_count(); ++i) {
      const FieldDescriptor& field = *message->field(i);
      EXPECT_TRUE(field.has_json_name()) << field.full_name();
      EXPECT_TRUE(
          std::isupper(static_cast<unsigned char>(field.json_name()[0])))
          << field.full_name();
    }
  }
}

TEST(ShippedProducts, FieldsHaveOnlyTheTypesOfTheApi) {
  const std::set<FieldDescriptor::Type> types = {
      FieldDescriptor::TYPE_INT64,  FieldDescriptor::TYPE_UINT64,
      FieldDescriptor::TYPE_DOUBLE, FieldDescriptor::TYPE_BOOL,
      FieldDescriptor::TYPE_STRING, FieldDescriptor::TYPE_MESSAGE};
  for (const Descriptor* message : Messages()) {
    for (int i = 0; i < message->field_count(); ++i) {
      EXPECT_EQ(types.count(message->field(i)->type()), 1u)
          << message->field(i)->full_name();
    }
  }
}

// The two products disagree on how numbers are typed; what the documentation
// says stands.
TEST(ShippedProducts, NumbersHaveTheirDocumentedTypes) {
  const auto type = [](const char* field) {
    return Shipped().pool().FindFieldByName(field)->type();
  };
  const std::string trro = "tencentcloudapi.trro.v20220325.";
  const std::string trtc = "tencentcloudapi.trtc.v20190722.";
  for (const auto& [field, expected] :
       std::map<std::string, FieldDescriptor::Type>{
           {trro + "GetDevicesRequest.page_num", FieldDescriptor::TYPE_INT64},
           {trro + "DescribeDeviceSessionListRequest.page_number",
            FieldDescriptor::TYPE_UINT64},
           {trro + "DescribeDeviceListRequest.page_number",
            FieldDescriptor::TYPE_INT64},
           {trro + "Device.expire_time", FieldDescriptor::TYPE_STRING},
           {trro + "SessionDeviceDetail.lost", FieldDescriptor::TYPE_DOUBLE},
           {trro + "SessionDeviceDetail.time_offset",
            FieldDescriptor::TYPE_UINT64},
           {trro + "SessionDeviceDetail.network_latency",
            FieldDescriptor::TYPE_INT64},
           {trtc + "DescribeTrtcInteractiveTimeRequest.sdk_app_id",
            FieldDescriptor::TYPE_UINT64},
           {trtc + "OneSdkAppIdUsagesInfo.sdk_app_id",
            FieldDescriptor::TYPE_STRING}}) {
    EXPECT_EQ(type(field.c_str()), expected) << field;
  }
}

// What callers generate and what the gateway reads is one thing.
TEST(ShippedProducts, GeneratedCodeAgreesWithTheCatalogue) {
  for (const Descriptor* generated :
       {::tencentcloudapi::trro::v20220325::SessionDeviceDetail::descriptor(),
        ::tencentcloudapi::trtc::v20190722::SdkAppIdTrtcUsage::descriptor()}) {
    const Descriptor* ours =
        Shipped().pool().FindMessageTypeByName(generated->full_name());
    ASSERT_NE(ours, nullptr) << generated->full_name();
    EXPECT_EQ(ours->DebugString(), generated->DebugString());
  }
}

}  // namespace
}  // namespace tcgate
