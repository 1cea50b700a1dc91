#ifndef TCGATE_SERVICE_SANDBOX_PARTICULAR_H_
#define TCGATE_SERVICE_SANDBOX_PARTICULAR_H_

// The functions that plans name; see the types in call.h.

#include "service/sandbox/call.h"

namespace tcgate {

// devices.cc. A device is `connected` while a session of it goes on, `ready`
// when it has been there for a minute, else `offline`.
void CompleteDevice(const Call& call, nlohmann::json& device);
// Unbinds its licences, ends its session, takes it out of policies.
void ForgetDevice(const Call& call, nlohmann::json& device);

// annotation.cc. Counts the tasks of a job, by state.
void CompleteAnnotationJob(const Call& call, nlohmann::json& job);

// licenses.cc
void CompleteLicense(const Call& call, nlohmann::json& license);
void CompleteLicensedDevice(const Call& call, nlohmann::json& device);
std::vector<nlohmann::json> GroupLicenses(const Call& call);
std::vector<nlohmann::json> CountLicenses(const Call& call);
std::vector<nlohmann::json> CountDeviceLicenses(const Call& call);
std::optional<VendorError> BindLicenses(Call& call);

// policies.cc
std::optional<VendorError> EditPolicy(Call& call);
std::vector<nlohmann::json> ListPolicies(const Call& call);

// sessions.cc. A session that goes on ends, so far, now.
void CompleteSession(const Call& call, nlohmann::json& session);

// session_statistics.cc. They count sessions by their start.
std::vector<nlohmann::json> SumSessions(const Call& call);
std::vector<nlohmann::json> SumSessionsByInterval(const Call& call);
std::vector<nlohmann::json> SumMinutes(const Call& call);
std::vector<nlohmann::json> SumMinutesByDay(const Call& call);

// session_details.cc
std::vector<nlohmann::json> SampleSession(const Call& call);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_PARTICULAR_H_
