#include "service/sandbox/speech.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace tcgate {
namespace {

using nlohmann::json;

// The events of a stream; each must be one `data:` line.
std::vector<json> Events(const json& parameters, const Fault* fault,
                         HttpServer::Reply& reply) {
  Speak(parameters, fault, reply);
  std::vector<json> events;
  while (const auto piece = reply.pieces()) {
    absl::string_view text = piece->bytes;
    EXPECT_TRUE(absl::ConsumePrefix(&text, "data: "));
    EXPECT_TRUE(absl::ConsumeSuffix(&text, "\n\n"));
    EXPECT_FALSE(absl::StrContains(text, "\n"));
    events.push_back(json::parse(text.begin(), text.end()));
  }
  return events;
}

std::vector<json> Events(const json& parameters, const Fault* fault = nullptr) {
  HttpServer::Reply reply;
  return Events(parameters, fault, reply);
}

TEST(SpeechTest, AStreamIsAsTheVendorsExample) {
  HttpServer::Reply reply;
  const std::vector<json> events =
      Events({{"Text", std::string(25, 'a')}}, nullptr, reply);
  EXPECT_EQ(reply.content_type, "text/event-stream");
  ASSERT_EQ(reply.more_headers.size(), 1U);
  EXPECT_EQ(reply.more_headers[0].first, "X-TC-RequestId");
  ASSERT_EQ(events.size(), 3U);
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i]["Type"], "chunk");
    EXPECT_EQ(events[i]["RequestId"], reply.more_headers[0].second);
    EXPECT_EQ(events[i]["ChunkId"], absl::StrCat("chunk_", i));
    EXPECT_EQ(events[i]["Seq"], i);
    EXPECT_EQ(events[i]["IsEnd"], i == 2);
    EXPECT_FALSE(events[i].contains("Alignments"));
    std::string sound;
    EXPECT_TRUE(
        absl::Base64Unescape(events[i]["Audio"].get<std::string>(), &sound));
    EXPECT_EQ(sound.size(), 3200U);
  }
}

TEST(SpeechTest, TenCharactersAreAnEvent) {
  EXPECT_EQ(Events({{"Text", ""}}).size(), 1U);
  EXPECT_EQ(Events({{"Text", std::string(10, 'a')}}).size(), 1U);
  EXPECT_EQ(Events({{"Text", std::string(11, 'a')}}).size(), 2U);
  EXPECT_EQ(Events({{"Text", std::string(10'000, 'a')}}).size(), 1000U);
  EXPECT_EQ(Events({{"Text", "\u672a\u547d\u540d\u672a"}}).size(), 1U)
      << "characters, not bytes";
}

TEST(SpeechTest, AlignmentsCoverTheText) {
  const std::vector<json> events =
      Events({{"Text", std::string(15, 'a')}, {"AlignmentMode", 1}});
  EXPECT_EQ(events[0]["Alignments"],
            json::parse(R"([{"TimeBeginMs":0,"TimeEndMs":100,
                             "TextBegin":0,"TextEnd":10}])"));
  EXPECT_EQ(events[1]["Alignments"],
            json::parse(R"([{"TimeBeginMs":100,"TimeEndMs":200,
                             "TextBegin":10,"TextEnd":15}])"));
  EXPECT_FALSE(
      Events({{"Text", "a"}, {"AlignmentMode", 0}})[0].contains("Alignments"));
}

TEST(SpeechTest, AFaultBreaksItHalfWay) {
  const json parameters = {{"Text", std::string(40, 'a')}};
  Fault fault;
  fault.kind = Fault::Kind::kReset;
  EXPECT_EQ(Events(parameters, &fault).size(), 2U);
  fault.kind = Fault::Kind::kTruncate;
  EXPECT_EQ(Events(parameters, &fault).size(), 2U);
  fault.kind = Fault::Kind::kLatency;
  EXPECT_EQ(Events(parameters, &fault).size(), 4U);
  fault.kind = Fault::Kind::kStreamError;
  std::vector<json> events = Events(parameters, &fault);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[2]["Type"], "error");
  EXPECT_EQ(events[2]["RequestId"], events[0]["RequestId"]);
  EXPECT_EQ(events[2]["Error"]["Code"], "InternalError");
  fault.code = "LimitExceeded.ConcurrencyLimit";
  EXPECT_EQ(Events(parameters, &fault)[2]["Error"]["Code"], fault.code);
}

}  // namespace
}  // namespace tcgate
