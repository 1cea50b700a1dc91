#include "service/sandbox/particular.h"

#include <map>

namespace tcgate {
namespace {

template <typename Function>
Function Look(const std::map<std::string, Function>& table,
              const std::string& name) {
  const auto entry = table.find(name);
  return entry == table.end() ? nullptr : entry->second;
}

}  // namespace

RowsFunction FindRows(const std::string& name) {
  static const std::map<std::string, RowsFunction> table = {
      {"license_groups", GroupLicenses},
      {"license_counts", CountLicenses},
      {"device_license_count", CountDeviceLicenses},
      {"policies", ListPolicies},
      {"session_totals", SumSessions},
      {"session_intervals", SumSessionsByInterval},
      {"minute_totals", SumMinutes},
      {"minute_days", SumMinutesByDay},
      {"session_samples", SampleSession},
  };
  return Look(table, name);
}

RecordFunction FindView(const std::string& name) {
  static const std::map<std::string, RecordFunction> table = {
      {"annotation_job", CompleteAnnotationJob},
      {"device", CompleteDevice},
      {"forget_device", ForgetDevice},
      {"license", CompleteLicense},
      {"licensed_device", CompleteLicensedDevice},
      {"session", CompleteSession},
  };
  return Look(table, name);
}

StepFunction FindStep(const std::string& name) {
  static const std::map<std::string, StepFunction> table = {
      {"bind_licenses", BindLicenses},
      {"edit_policy", EditPolicy},
  };
  return Look(table, name);
}

}  // namespace tcgate
