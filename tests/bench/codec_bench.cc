// Both directions of the codec against their floors in the same run: what one
// would write with nlohmann's DOM, generated messages and protobuf's own JSON.

#include <benchmark/benchmark.h>
#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/codec/decode.h"
#include "service/codec/encode.h"
#include "service/codec/table.h"
#include "tencentcloudapi/trro/v20220325/trro.pb.h"

namespace tcgate {
namespace {
namespace pb = ::tencentcloudapi::trro::v20220325;
using Json = nlohmann::json;

// A reply of GetDevices in the vendor's order of members, with `count` devices.
std::string Reply(int count) {
  std::string devices;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(
        &devices, i == 0 ? "" : ",", R"({"DeviceId":"device-)", 1000 + i,
        R"(","DeviceName":"vehicle )", i, R"(","LicenseCount":)", i % 3,
        R"(,"RemainDay":)", 30 + i % 300,
        R"(,"ExpireTime":"1678409450","Duration":"86400",)",
        R"("LicenseIds":["trro-2e24a74a-67ea-1732-076d-75bf772529a"],)",
        R"("MonthlyRemainTime":)", 66000 + i, R"(,"LimitedTime":60000})");
  }
  return absl::StrCat(
      R"({"Response":{"Devices":[)", devices, R"(],"TotalCount":)", count,
      R"(,"RequestId":"8979fc1e-9564-4fc9-bf7d-2958ce679b72"}})");
}

void Decode(benchmark::State& state, int count) {
  Tables tables;
  const MessageTable& table = tables.For(*pb::GetDevicesResponse::descriptor());
  Decoder decoder;
  std::string body = Reply(count);
  for (auto _ : state) {
    Decoded decoded = decoder.DecodeReply(table, body);
    if (decoded.kind != Decoded::Kind::kReply || !decoded.losses.empty()) {
      state.SkipWithError("the reply did not decode");
    }
    benchmark::DoNotOptimize(decoded.wire);
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(body.size()));
}

template <typename Set>
void IfString(const Json& object, const char* name, Set set) {
  const auto member = object.find(name);
  if (member != object.end() && member->is_string()) {
    set(member->get_ref<const std::string&>());
  }
}

template <typename Set>
void IfInteger(const Json& object, const char* name, Set set) {
  const auto member = object.find(name);
  if (member != object.end() && member->is_number_integer()) {
    set(member->get<std::int64_t>());
  }
}

void SetDevice(const Json& from, pb::Device& to) {
  IfString(from, "DeviceId", [&](auto& v) { to.set_device_id(v); });
  IfString(from, "DeviceName", [&](auto& v) { to.set_device_name(v); });
  IfInteger(from, "LicenseCount", [&](auto v) { to.set_license_count(v); });
  IfInteger(from, "RemainDay", [&](auto v) { to.set_remain_day(v); });
  IfString(from, "ExpireTime", [&](auto& v) { to.set_expire_time(v); });
  IfString(from, "Duration", [&](auto& v) { to.set_duration(v); });
  const auto ids = from.find("LicenseIds");
  if (ids != from.end() && ids->is_array()) {
    for (const Json& id : *ids) {
      if (id.is_string()) to.add_license_ids(id.get_ref<const std::string&>());
    }
  }
  IfInteger(from, "MonthlyRemainTime",
            [&](auto v) { to.set_monthly_remain_time(v); });
  IfInteger(from, "LimitedTime", [&](auto v) { to.set_limited_time(v); });
}

void FloorDecode(benchmark::State& state, int count) {
  const std::string body = Reply(count);
  for (auto _ : state) {
    const Json document = Json::parse(body, nullptr, false);
    const Json& from = document["Response"];
    pb::GetDevicesResponse to;
    const auto devices = from.find("Devices");
    if (devices != from.end() && devices->is_array()) {
      for (const Json& device : *devices) SetDevice(device, *to.add_devices());
    }
    IfInteger(from, "TotalCount", [&](auto v) { to.set_total_count(v); });
    IfString(from, "RequestId", [&](auto& v) { to.set_request_id(v); });
    benchmark::DoNotOptimize(to.SerializeAsString());
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(body.size()));
}

// 1.0 KB and 105 KB.
void Decode1K(benchmark::State& state) { Decode(state, 4); }
BENCHMARK(Decode1K);
void FloorDecode1K(benchmark::State& state) { FloorDecode(state, 4); }
BENCHMARK(FloorDecode1K);
void Decode100K(benchmark::State& state) { Decode(state, 447); }
BENCHMARK(Decode100K);
void FloorDecode100K(benchmark::State& state) { FloorDecode(state, 447); }
BENCHMARK(FloorDecode100K);

// 61 bytes, 7 values.
std::string Request() {
  pb::DescribeDeviceListRequest request;
  request.set_project_id("f3glr49r3axn0fu2");
  request.set_device_type("field");
  request.set_search_words("vehicle 12, north");
  request.set_page_size(20);
  request.set_page_number(1);
  request.set_device_status("connected");
  request.set_register_type(1);
  return request.SerializeAsString();
}

void Encode(benchmark::State& state) {
  Tables tables;
  const MessageTable& table =
      tables.For(*pb::DescribeDeviceListRequest::descriptor());
  const std::string wire = Request();
  const EncodeOptions options;
  for (auto _ : state) {
    std::string json;
    if (!EncodeJson(table, wire, options, json).ok()) {
      state.SkipWithError("the request did not encode");
    }
    benchmark::DoNotOptimize(json);
  }
}
BENCHMARK(Encode);

void FloorEncode(benchmark::State& state) {
  const std::string wire = Request();
  for (auto _ : state) {
    pb::DescribeDeviceListRequest request;
    std::string json;
    if (!request.ParseFromString(wire) ||
        !google::protobuf::util::MessageToJsonString(request, &json).ok()) {
      state.SkipWithError("the request did not encode");
    }
    benchmark::DoNotOptimize(json);
  }
}
BENCHMARK(FloorEncode);

}  // namespace
}  // namespace tcgate

BENCHMARK_MAIN();
