#ifndef TCGATE_SERVICE_CONFIG_FAULTS_H_
#define TCGATE_SERVICE_CONFIG_FAULTS_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace tcgate {

// What is wrong with a file. Not thread-safe.
class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}

  // An empty path means the whole file; lines count from 1, and 0 is what
  // stands in no file, such as a flag.
  void Add(int line, absl::string_view path, absl::string_view what);

  // Whether there is a fault at `path`, above it or below it: what else is
  // wrong there may only follow from that.
  bool Touch(absl::string_view path) const;

  bool empty() const { return lines_.empty(); }
  // In the order of the file, one a line: `file:12: path: what`.
  std::string Text() const;

 private:
  std::string file_;
  std::multimap<int, std::string> lines_;  // By line of the file.
  std::vector<std::string> paths_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CONFIG_FAULTS_H_
