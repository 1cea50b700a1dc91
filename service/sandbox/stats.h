#ifndef TCGATE_SERVICE_SANDBOX_STATS_H_
#define TCGATE_SERVICE_SANDBOX_STATS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace tcgate {

// What the sandbox has done since it started or was reset. Labels must come
// from the catalogue, or be `unknown`, so that the counts stay bounded. Not
// thread-safe.
class SandboxStats {
 public:
  void Connected() { ++connections_; }
  // The action ran, whether or not its reply arrives.
  void Executed(absl::string_view label) {
    ++actions_[std::string(label)].executions;
  }
  void Refused(absl::string_view label, absl::string_view code) {
    ++actions_[std::string(label)].refusals[std::string(code)];
  }

  // {"connections":3,"executions":1,"refusals":{"InvalidAction":1},
  //  "actions":{"trro.GetDevices":{"executions":1,"refusals":{}},...}}
  std::string Render() const;

 private:
  struct Counts {
    std::uint64_t executions = 0;
    std::map<std::string, std::uint64_t> refusals;  // By code.
  };
  std::uint64_t connections_ = 0;
  std::map<std::string, Counts> actions_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_STATS_H_
