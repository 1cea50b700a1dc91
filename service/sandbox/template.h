#ifndef TCGATE_SERVICE_SANDBOX_TEMPLATE_H_
#define TCGATE_SERVICE_SANDBOX_TEMPLATE_H_

#include <cstdint>
#include <nlohmann/json.hpp>

namespace tcgate {

// Makes the value of a member from what a plan says of it. Other than text
// stays as it is. In a text, these are replaced:
//
//   {hex16} {hex40}  so many random digits        {uuid}  a random UUID
//   {count}          a number never given before, from 100001
//   {now} {now_ms}   Unix time; `{now-3600}` is an hour ago
//   {iso} {date}     2025-07-22T09:00:00+08:00, 2025-07-22 09:00:00 (UTC+8)
//   {Member}         the member of `record`; stays as it is if there is none
//
// A text that is `{count}` or a Unix time as a whole becomes a number.
nlohmann::json Expand(const nlohmann::json& value, const nlohmann::json& record,
                      std::int64_t now, std::uint64_t& count);

// The forms of times of the API, in the vendor's zone, UTC+8.
std::string IsoTime(std::int64_t unix_seconds);
std::string DateTime(std::int64_t unix_seconds);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_TEMPLATE_H_
