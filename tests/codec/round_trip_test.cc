// Properties of random messages of every type, against protobuf's own
// reflection.

#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "service/codec/decode.h"
#include "service/codec/encode.h"
#include "service/codec/message_table.h"
#include "service/codec/wire_reader.h"
#include "tests/codec/synthetic.h"

namespace tcgate {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

class RoundTripTest : public testing::Test {
 protected:
  std::uint64_t Bits() {
    // Few bits as often as many.
    return random_() >> (random_() % 64);
  }

  double Real() {
    for (;;) {
      const double value = random_() % 2 == 0 ? std::bit_cast<double>(random_())
                                              : static_cast<double>(Bits()) / 8;
      if (std::isfinite(value)) return value;
    }
  }

  float Narrow() {
    for (;;) {
      const auto value =
          std::bit_cast<float>(static_cast<std::uint32_t>(random_()));
      if (std::isfinite(value)) return value;
    }
  }

  std::string Text() {
    static const std::vector<std::string> kParts = {"a",
                                                    "bc",
                                                    "\"",
                                                    "\\",
                                                    "/",
                                                    "\n",
                                                    std::string(1, '\0'),
                                                    "\x1f",
                                                    "\x7f",
                                                    "\xc3\xa9",
                                                    "\xe4\xb8\xad",
                                                    "\xf0\x9f\x98\x80",
                                                    "\xef\xbf\xbf",
                                                    "eight by"};
    std::string text;
    for (std::uint64_t i = random_() % 12; i > 0; --i) {
      text += kParts[random_() % kParts.size()];
    }
    return text;
  }

  // Sets or adds a value.
  void Put(Message& message, const FieldDescriptor* field, int depth) {
    const Reflection& r = *message.GetReflection();
    const bool list = field->is_repeated();
    const auto put = [&](auto set, auto add, auto value) {
      list ? (r.*add)(&message, field, value)
           : (r.*set)(&message, field, value);
    };
    using R = Reflection;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return put(&R::SetInt32, &R::AddInt32,
                   static_cast<std::int32_t>(Bits()));
      case FieldDescriptor::CPPTYPE_INT64:
        return put(&R::SetInt64, &R::AddInt64,
                   static_cast<std::int64_t>(Bits()));
      case FieldDescriptor::CPPTYPE_UINT32:
        return put(&R::SetUInt32, &R::AddUInt32,
                   static_cast<std::uint32_t>(Bits()));
      case FieldDescriptor::CPPTYPE_UINT64:
        return put(&R::SetUInt64, &R::AddUInt64, Bits());
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return put(&R::SetDouble, &R::AddDouble, Real());
      case FieldDescriptor::CPPTYPE_FLOAT:
        return put(&R::SetFloat, &R::AddFloat, Narrow());
      case FieldDescriptor::CPPTYPE_BOOL:
        return put(&R::SetBool, &R::AddBool, random_() % 2 == 0);
      case FieldDescriptor::CPPTYPE_ENUM:
        return put(&R::SetEnumValue, &R::AddEnumValue,
                   static_cast<int>(random_() % 5) - 2);
      case FieldDescriptor::CPPTYPE_STRING:
        return put(&R::SetString, &R::AddString, Text());
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (depth == 4) return;
        return Fill(list ? *r.AddMessage(&message, field)
                         : *r.MutableMessage(&message, field),
                    depth + 1);
    }
  }

  void Fill(Message& message, int depth = 0) {
    const google::protobuf::Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor* field = type.field(i);
      if (random_() % 3 != 0) continue;
      const std::uint64_t count = field->is_repeated() ? random_() % 4 : 1;
      for (std::uint64_t n = 0; n < count; ++n) Put(message, field, depth);
    }
  }

  std::string Encode(const std::string& wire) {
    std::string json;
    const Outcome outcome = EncodeJson(synthetic_.Table("All"), wire, {}, json);
    EXPECT_TRUE(outcome.ok()) << outcome.message;
    return json;
  }

  // Fields of the message, each with its tag.
  std::vector<std::string> Fields(const std::string& wire) {
    std::vector<std::string> fields;
    WireReader reader(wire);
    while (!reader.done()) {
      const char* const begin = reader.at();
      std::uint32_t number = 0;
      WireType type = WireType::kVarint;
      std::uint64_t bits = 0;
      absl::string_view bytes;
      EXPECT_TRUE(reader.Tag(number, type));
      EXPECT_TRUE(type == WireType::kLength ? reader.Bytes(bytes)
                                            : reader.Number(type, bits));
      fields.emplace_back(begin, reader.at());
    }
    return fields;
  }

  static constexpr int kRounds = 400;

  Synthetic synthetic_;
  Decoder decoder_;
  std::mt19937_64 random_{20220325};  // Chosen; the same at each run.
};

TEST_F(RoundTripTest, WhatIsEncodedDecodesToAnEqualMessage) {
  for (int i = 0; i < kRounds; ++i) {
    const auto message = synthetic_.New("All");
    Fill(*message);
    std::string json = Encode(message->SerializeAsString());
    EXPECT_TRUE(nlohmann::json::accept(json)) << json;

    std::string wire;
    std::vector<Loss> losses;
    std::string error;
    ASSERT_TRUE(decoder_.DecodeObject(synthetic_.Table("All"), json, wire,
                                      losses, error))
        << error << json;
    EXPECT_TRUE(losses.empty()) << losses[0].member;
    const auto decoded = synthetic_.New("All");
    ASSERT_TRUE(decoded->ParseFromString(wire));
    // protobuf compares floats bit for bit, and so does the codec.
    EXPECT_TRUE(
        google::protobuf::util::MessageDifferencer::Equals(*message, *decoded))
        << message->ShortDebugString() << "\n"
        << decoded->ShortDebugString();
  }
}

// Fields of equal numbers have to keep their order, all others may change it.
TEST_F(RoundTripTest, EqualMessagesGiveEqualBytesWhateverTheOrderOfTheWire) {
  for (int i = 0; i < kRounds; ++i) {
    const auto message = synthetic_.New("All");
    Fill(*message);
    const std::string wire = message->SerializeAsString();
    std::vector<std::string> fields = Fields(wire);
    std::shuffle(fields.begin(), fields.end(), random_);
    std::string shuffled;
    for (const std::string& field : fields) shuffled += field;

    const auto parsed = synthetic_.New("All");
    ASSERT_TRUE(parsed->ParseFromString(shuffled));
    EXPECT_EQ(Encode(shuffled), Encode(parsed->SerializeAsString()));
  }
}

TEST_F(RoundTripTest, MergingIsProtobufs) {
  for (int i = 0; i < kRounds; ++i) {
    const auto first = synthetic_.New("All");
    const auto second = synthetic_.New("All");
    Fill(*first);
    Fill(*second);
    const std::string both =
        first->SerializeAsString() + second->SerializeAsString();
    first->MergeFrom(*second);
    EXPECT_EQ(Encode(both), Encode(first->SerializeAsString()));
  }
}

TEST_F(RoundTripTest, EveryCutOfTheWireIsJudgedAsProtobufJudgesIt) {
  const auto message = synthetic_.New("All");
  Fill(*message);
  const std::string wire = message->SerializeAsString();
  ASSERT_GT(wire.size(), 100u);
  const auto parsed = synthetic_.New("All");
  const google::protobuf::LogSilencer no_complaints_about_utf8;
  for (std::size_t size = 0; size < wire.size(); ++size) {
    const std::string cut = wire.substr(0, size);
    std::string json;
    EXPECT_EQ(EncodeJson(synthetic_.Table("All"), cut, {}, json).ok(),
              parsed->ParseFromString(cut))
        << size;
  }
}

TEST_F(RoundTripTest, EveryCutOfTheJsonIsRefused) {
  const auto message = synthetic_.New("All");
  Fill(*message);
  const std::string json = Encode(message->SerializeAsString());
  ASSERT_GT(json.size(), 200u);
  for (std::size_t size = 0; size < json.size(); ++size) {
    std::string cut = json.substr(0, size);
    std::string wire;
    std::vector<Loss> losses;
    std::string error;
    EXPECT_FALSE(decoder_.DecodeObject(synthetic_.Table("All"), cut, wire,
                                       losses, error))
        << cut;
  }
}

// What the decoder takes for JSON is what another parser takes for it.
TEST_F(RoundTripTest, DamagedJsonIsJudgedAsAnotherParserJudgesIt) {
  const std::string alphabet = "{}[]:,\"\\ 01-+.eEtfnulx\n\t/";
  const auto message = synthetic_.New("All");
  Fill(*message);
  const std::string json =
      R"({"Ls":[1.5e3, "a\n", true, null, {"x": [false, -0]}],"Leaf":{"Count":)"
      R"(12,"Name":"\u00e9"},"I64":-7,"Dbl":0.25})";
  for (int i = 0; i < 50'000; ++i) {
    std::string damaged = json;
    const std::size_t at = random_() % damaged.size();
    const char c = alphabet[random_() % alphabet.size()];
    switch (random_() % 3) {
      case 0:
        damaged[at] = c;
        break;
      case 1:
        damaged.insert(at, 1, c);
        break;
      default:
        damaged.erase(at, 1 + random_() % 3);
        break;
    }
    std::string wire;
    std::vector<Loss> losses;
    std::string error;
    EXPECT_EQ(decoder_.DecodeObject(synthetic_.Table("All"), damaged, wire,
                                    losses, error),
              nlohmann::json::accept(damaged))
        << damaged;
  }
}

}  // namespace
}  // namespace tcgate
