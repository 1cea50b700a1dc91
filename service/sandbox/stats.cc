#include "service/sandbox/stats.h"

#include <nlohmann/json.hpp>

namespace tcgate {

std::string SandboxStats::Render() const {
  Counts all;
  nlohmann::ordered_json actions = nlohmann::ordered_json::object();
  for (const auto& [label, counts] : actions_) {
    actions[label] = {{"executions", counts.executions},
                      {"refusals", counts.refusals}};
    all.executions += counts.executions;
    for (const auto& [code, count] : counts.refusals) {
      all.refusals[code] += count;
    }
  }
  const nlohmann::ordered_json stats = {{"connections", connections_},
                                        {"executions", all.executions},
                                        {"refusals", all.refusals},
                                        {"actions", std::move(actions)}};
  return stats.dump();
}

}  // namespace tcgate
