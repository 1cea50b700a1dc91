#include "service/sandbox/speech.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "service/sandbox/records.h"
#include "service/sandbox/reply.h"

namespace tcgate {
namespace {

// All chosen.
constexpr std::size_t kCharactersPerEvent = 10;
constexpr std::chrono::milliseconds kGap{1};
constexpr int kMsPerEvent = 100;
constexpr int kSamplesPerEvent = 1600;  // 16 kHz.
constexpr int kSamplesPerWave = 40;     // 400 Hz.

// A tenth of a second of a quiet tone: 16 bit, little endian, in Base64. All
// events sound the same.
const std::string& Sound() {
  static const std::string sound = [] {
    std::string bytes;
    for (int i = 0; i < kSamplesPerEvent; ++i) {
      const int phase = i % kSamplesPerWave;
      const int level = std::min(phase, kSamplesPerWave - phase) * 100 - 1000;
      const auto sample = static_cast<std::uint16_t>(level);
      bytes.push_back(static_cast<char>(sample & 0xFF));
      bytes.push_back(static_cast<char>(sample >> 8));
    }
    return absl::Base64Escape(bytes);
  }();
  return sound;
}

std::size_t Characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// What is left of one stream.
struct Speech {
  std::string request_id;
  std::size_t characters = 0;
  std::size_t events = 0;
  bool aligned = false;
  std::size_t break_at = 0;  // So many events come; `events` if all do.
  std::optional<std::string> error_code;  // Said at the break.
  std::size_t next = 0;
};

std::string Event(const ReplyJson& data) {
  return absl::StrCat("data: ", Dump(data), "\n\n");
}

std::string Chunk(const Speech& speech) {
  ReplyJson chunk = {{"Type", "chunk"},
                     {"RequestId", speech.request_id},
                     {"ChunkId", absl::StrCat("chunk_", speech.next)},
                     {"Audio", Sound()},
                     {"Seq", speech.next}};
  if (speech.aligned) {
    const std::size_t begin = speech.next * kCharactersPerEvent;
    const std::size_t begin_ms = speech.next * kMsPerEvent;
    chunk["Alignments"] = {{{"TimeBeginMs", begin_ms},
                            {"TimeEndMs", begin_ms + kMsPerEvent},
                            {"TextBegin", begin},
                            {"TextEnd", std::min(begin + kCharactersPerEvent,
                                                 speech.characters)}}};
  }
  chunk["IsEnd"] = speech.next + 1 == speech.events;
  return Event(chunk);
}

std::optional<HttpServer::Piece> Next(Speech& speech) {
  if (speech.next < speech.break_at) {
    const std::chrono::milliseconds gap =
        speech.next == 0 ? std::chrono::milliseconds(0) : kGap;
    HttpServer::Piece piece{Chunk(speech), gap};
    ++speech.next;
    return piece;
  }
  if (!speech.error_code.has_value()) return std::nullopt;
  const std::string code = *std::exchange(speech.error_code, std::nullopt);
  return HttpServer::Piece{
      Event({{"Type", "error"},
             {"RequestId", speech.request_id},
             {"Error",
              {{"Code", code},
               {"Message", "The stream was broken off on purpose."}}}}),
      kGap};
}

}  // namespace

void Speak(const nlohmann::json& parameters, const Fault* fault,
           HttpServer::Reply& reply) {
  auto speech = std::make_shared<Speech>();
  speech->request_id = NewRequestId();
  speech->characters = Characters(parameters.at("Text").get<std::string>());
  speech->events = std::max<std::size_t>(
      1, (speech->characters + kCharactersPerEvent - 1) / kCharactersPerEvent);
  const nlohmann::json* mode = Given(parameters, "AlignmentMode");
  speech->aligned = mode != nullptr && *mode > 0;
  speech->break_at = speech->events;
  if (fault != nullptr && fault->kind == Fault::Kind::kStreamError) {
    speech->break_at = speech->events / 2;
    speech->error_code = fault->code.empty() ? "InternalError" : fault->code;
  } else if (fault != nullptr && (fault->kind == Fault::Kind::kReset ||
                                  fault->kind == Fault::Kind::kTruncate)) {
    speech->break_at = speech->events / 2;
  }
  // To the letter: with a charset behind it official clients fail.
  reply.content_type = "text/event-stream";
  reply.more_headers.emplace_back("X-TC-RequestId", speech->request_id);
  reply.pieces = [speech] { return Next(*speech); };
}

}  // namespace tcgate
