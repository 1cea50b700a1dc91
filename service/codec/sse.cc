#include "service/codec/sse.h"

#include <utility>

#include "absl/strings/strip.h"

namespace tcgate {

bool SseParser::Next(absl::string_view& input, std::string& data) {
  while (!input.empty() && !too_large_) {
    if (std::exchange(after_cr_, false) && input.front() == '\n') {
      input.remove_prefix(1);
      continue;
    }
    const std::size_t end = input.find_first_of("\r\n");
    AddToLine(input.substr(0, end));
    if (end == absl::string_view::npos) {
      input = {};
      break;
    }
    after_cr_ = input[end] == '\r';
    input.remove_prefix(end + 1);
    if (!too_large_ && EndLine()) return TakeData(data);
  }
  return false;
}

bool SseParser::Finish(std::string& data) {
  if (too_large_) return false;
  EndLine();
  return TakeData(data);
}

void SseParser::AddToLine(absl::string_view part) {
  too_large_ = part.size() > max_event_bytes_ - data_.size() - line_.size();
  if (!too_large_) line_.append(part.data(), part.size());
}

bool SseParser::EndLine() {
  absl::string_view value = line_;
  if (std::exchange(first_line_, false)) {
    absl::ConsumePrefix(&value, "\xEF\xBB\xBF");
  }
  const bool ends_event = value.empty();
  const absl::string_view name = value.substr(0, value.find(':'));
  if (name == "data") {
    value.remove_prefix(name.size());
    absl::ConsumePrefix(&value, ":");
    absl::ConsumePrefix(&value, " ");
    if (std::exchange(has_data_, true)) data_ += '\n';
    data_.append(value.data(), value.size());
  }
  line_.clear();
  return ends_event && has_data_;
}

bool SseParser::TakeData(std::string& data) {
  data = std::exchange(data_, {});
  return std::exchange(has_data_, false);
}

}  // namespace tcgate
