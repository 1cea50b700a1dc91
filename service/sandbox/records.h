#ifndef TCGATE_SERVICE_SANDBOX_RECORDS_H_
#define TCGATE_SERVICE_SANDBOX_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tcgate {

// What one account has made: records by kind, each found by the values of the
// members that are the key of its kind. Not thread-safe.
class Records {
 public:
  using Json = nlohmann::json;
  // The members of the key, by kind. Those of a part come behind those of the
  // whole, `ProjectId` before `DeviceId`, so that parts are found together.
  using Keys = std::map<std::string, std::vector<std::string>>;

  // Chosen: far more than a test needs, and a bound on what callers can make a
  // process hold.
  struct Bounds {
    std::size_t records = 100'000;       // Of one kind.
    std::size_t bytes = 64 << 20;        // Of all kinds, as JSON.
    std::size_t record_bytes = 8 << 10;  // Of one record, as JSON.
  };

  Records(Keys keys, Bounds bounds);

  // Returns the record whose key `members` has, or null; also if `members`
  // lacks one of the key. Valid until it is erased.
  const Json* Find(const std::string& kind, const Json& members) const;

  // Returns the records that have all of `members`, in the order in which they
  // were added. Cheap where those are the first of the key.
  std::vector<const Json*> Select(const std::string& kind,
                                  const Json& members) const;

  // Keeps `record`. Returns false if the bounds are reached. REQUIRES: it has
  // the members of the key, and no other record has the same.
  bool Add(const std::string& kind, Json record);

  // Replaces members of `record`, none of its key. Returns false, and changes
  // nothing, if the bounds are reached.
  bool Change(const std::string& kind, const Json& record, const Json& changes);

  // `record` is one of ours, and dies.
  void Erase(const std::string& kind, const Json& record);

  std::size_t Count(const std::string& kind) const;

 private:
  struct Entry {
    std::uint64_t number;  // Rises with each that is added.
    std::size_t bytes;
    Json record;
  };
  using Table = std::map<std::string, Entry>;

  // The values of `members` that the key begins with; `whole` says whether
  // they are all of it.
  std::string KeyOf(const std::string& kind, const Json& members,
                    bool& whole) const;

  const Keys keys_;
  const Bounds bounds_;
  std::map<std::string, Table> tables_;
  std::uint64_t added_ = 0;
  std::size_t bytes_ = 0;
};

// Returns a member that is there and not null, else null.
const nlohmann::json* Given(const nlohmann::json& object,
                            const std::string& name);

// Returns a member, or an empty object where there is none.
const nlohmann::json& Member(const nlohmann::json& object,
                             const std::string& name);

// Whether `record` has every one of `members`, null ones aside.
bool HasAll(const nlohmann::json& record, const nlohmann::json& members);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SANDBOX_RECORDS_H_
