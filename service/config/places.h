#ifndef TCGATE_SERVICE_CONFIG_PLACES_H_
#define TCGATE_SERVICE_CONFIG_PLACES_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace tcgate {

// Whether `path` is `outer` or something in it: `a.b[0]` is within `a`.
bool IsWithin(absl::string_view path, absl::string_view outer);

// Where the keys and entries of a file stand, so that what is found out later
// is named by line too. Not thread-safe.
class Places {
 public:
  // `path` such as `callers[0].match`; lines count from 1.
  void Add(const std::string& path, int line) { lines_[path] = line; }

  // Forgets a key and all below it: a flag has replaced it.
  void Forget(absl::string_view path);

  // The line of `path`, or of the nearest thing around it that is in the file;
  // 0 if none is.
  int LineOf(absl::string_view path) const;

 private:
  absl::flat_hash_map<std::string, int> lines_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CONFIG_PLACES_H_
