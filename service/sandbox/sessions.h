#ifndef TCGATE_SERVICE_SANDBOX_SESSIONS_H_
#define TCGATE_SERVICE_SANDBOX_SESSIONS_H_

#include <cstdint>
#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "service/sandbox/records.h"

namespace tcgate {

// Lets sessions pass by. Time is cut into rounds of five minutes; in each,
// seven in ten of the remote devices that are there steer a field device of
// their project for one to four minutes. Who, when, how long and how well
// follows from the names and the time alone, so the same calls at the same
// times see the same sessions. A policy is obeyed: a device on the black list
// of a remote one, or not on its white list, is not steered by it. The first 64
// remote devices take part, and each steers the first 64 that it may.
//
// A session is kept as a record when its first minute begins; the oldest are
// dropped beyond 20,000, and what lies more than a day in the past when nobody
// has called for so long is never made. Not thread-safe.
class Sessions {
 public:
  // The first day before `now` is made at the first `Advance`.
  explicit Sessions(std::int64_t now);

  // Makes the sessions that have begun since the last call.
  void Advance(Records& records, std::int64_t now);

 private:
  struct Device {
    std::string id;
    std::int64_t online_from;  // Unix seconds.
  };
  struct Remote {
    std::string project;
    Device device;
    std::vector<Device> fields;  // Those that it may steer.
  };

  // Who takes part. Found once for all rounds, which do not change it: a scan
  // of all devices for each would hold up the sandbox after a quiet night.
  static std::vector<Remote> Remotes(const Records& records);
  // Those of `fields`, the ones of its project, that policy lets `remote` have.
  static std::vector<Device> Steered(
      const Records& records, const nlohmann::json& remote,
      const std::vector<const nlohmann::json*>& fields);
  void Play(Records& records, const std::vector<Remote>& remotes,
            std::int64_t round);
  void Keep(Records& records, nlohmann::json session);

  std::int64_t next_round_;
  std::deque<nlohmann::json> oldest_;  // Keys of the records, oldest first.
};

// A number that follows from `text` alone, the same everywhere.
std::uint64_t Mix(const std::string& text);

// Whether a device has been there long enough by `time` to take part.
bool IsOnline(const nlohmann::json& device, std::int64_t time);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_SESSIONS_H_
