#include "service/codec/losses.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tcgate {

void Losses::Start(std::vector<Loss>& told) {
  told_ = &told;
  path_.clear();
  told_paths_.clear();
}

void Losses::Lose(const Member* member) {
  path_.push_back(member);
  if (told_paths_.size() < kMaxLosses &&
      std::find(told_paths_.begin(), told_paths_.end(), path_) ==
          told_paths_.end()) {
    told_paths_.push_back(path_);
    std::string name;
    for (const Member* step : path_) {
      absl::StrAppend(&name, name.empty() ? "" : ".",
                      step == nullptr ? "?" : step->name);
    }
    told_->push_back({std::move(name)});
  }
  path_.pop_back();
}

}  // namespace tcgate
