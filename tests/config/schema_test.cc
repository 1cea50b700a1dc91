// Rules that the loader relies on, for every key of the schema, so that a key
// that is added by its line alone is right.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>

#include "service/config/read_scalar.h"
#include "tcgate/config/v1/config.pb.h"
#include "tcgate/config/v1/key.pb.h"

namespace tcgate {
namespace {

namespace pb = ::tcgate::config::v1;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool IsNumber(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_INT32 ||
         field.cpp_type() == FieldDescriptor::CPPTYPE_INT64 ||
         field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE ||
         field.message_type() == google::protobuf::Duration::descriptor();
}

void ForEachField(const Descriptor& type, std::set<const Descriptor*>& seen,
                  const std::function<void(const FieldDescriptor&)>& visit) {
  if (!seen.insert(&type).second ||
      &type == google::protobuf::Duration::descriptor()) {
    return;
  }
  for (int i = 0; i < type.field_count(); ++i) {
    if (!type.options().map_entry()) visit(*type.field(i));
    if (const Descriptor* next = type.field(i)->message_type()) {
      ForEachField(*next, seen, visit);
    }
  }
}

TEST(ConfigSchema, EveryNumberHasBoundsInItsOwnForm) {
  std::set<const Descriptor*> seen;
  int numbers = 0;
  ForEachField(*pb::Config::descriptor(), seen,
               [&](const FieldDescriptor& field) {
                 if (!IsNumber(field)) return;
                 ++numbers;
                 SCOPED_TRACE(field.full_name());
                 const pb::Key& key = field.options().GetExtension(pb::key);
                 const std::unique_ptr<google::protobuf::Message> message(
                     google::protobuf::MessageFactory::generated_factory()
                         ->GetPrototype(field.containing_type())
                         ->New());
                 EXPECT_FALSE(key.min().empty());
                 EXPECT_FALSE(key.max().empty());
                 EXPECT_EQ(ReadScalar(key.min(), field, key, *message), "");
                 EXPECT_EQ(ReadScalar(key.max(), field, key, *message), "");
               });
  EXPECT_EQ(numbers, 21);
}

TEST(ConfigSchema, OnlyTypesThatTheLoaderReadsAreUsed) {
  std::set<const Descriptor*> seen;
  ForEachField(*pb::Config::descriptor(), seen,
               [](const FieldDescriptor& field) {
                 SCOPED_TRACE(field.full_name());
                 switch (field.cpp_type()) {
                   case FieldDescriptor::CPPTYPE_STRING:
                   case FieldDescriptor::CPPTYPE_MESSAGE:
                     break;
                   case FieldDescriptor::CPPTYPE_ENUM:
                     EXPECT_EQ(field.enum_type()->value(0)->number(), 0);
                     EXPECT_FALSE(field.is_repeated());
                     break;
                   case FieldDescriptor::CPPTYPE_BOOL:
                   case FieldDescriptor::CPPTYPE_INT32:
                   case FieldDescriptor::CPPTYPE_INT64:
                   case FieldDescriptor::CPPTYPE_DOUBLE:
                     EXPECT_FALSE(field.is_repeated());
                     break;
                   default:
                     ADD_FAILURE() << "a type that the loader does not read";
                 }
                 EXPECT_FALSE(IsNumber(field) && field.is_repeated());
               });
}

}  // namespace
}  // namespace tcgate
