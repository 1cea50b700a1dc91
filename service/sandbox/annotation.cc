#include <map>
#include <string>

#include "service/sandbox/particular.h"
#include "service/sandbox/rows.h"

namespace tcgate {

using nlohmann::json;

void CompleteAnnotationJob(const Call& call, json& job) {
  std::map<std::string, int> by_state;
  int all = 0;
  for (const json* kept : call.records.Select("trro.annotation_task",
                                              {{"JobId", job.at("JobId")}})) {
    json task = *kept;
    Complete(call, "trro.annotation_task", task);
    ++by_state[task.at("Status").dump()];
    ++all;
  }
  job["TotalNumber"] = all;
  job["JobType"] = all == 1 ? 1 : 2;
  job["TaskStatusCount"] = json(by_state).dump();
}

}  // namespace tcgate
