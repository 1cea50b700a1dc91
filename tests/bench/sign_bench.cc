// A whole signature of a 1 KiB body against its floor: the hashes of the same
// bytes alone, on kept contexts and with the derived key kept.

#include <benchmark/benchmark.h>

#include <string>

#include "service/signing/hash.h"
#include "service/signing/tc3.h"

namespace tcgate::tc3 {
namespace {

constexpr std::int64_t kWhen = 1551113065;
constexpr char kDate[] = "2019-02-25";
constexpr char kService[] = "product";

Secret Key() {
  return DeriveKey(Secret("a key of this test"), kDate, kService);
}

void Sign1K(benchmark::State& state) {
  const std::string body(1024, 'x');
  Request request;
  request.content_type = "application/json";
  request.host = "product.example.com";
  request.payload = body;
  Signer signer("an id of this test", kDate, kService, Key());
  for (auto _ : state) {
    benchmark::DoNotOptimize(signer.Authorization(request, kWhen));
  }
}
BENCHMARK(Sign1K);

void FloorSign1K(benchmark::State& state) {
  const std::string body(1024, 'x');
  Request request;
  request.content_type = "application/json";
  request.host = "product.example.com";
  request.payload = body;
  const std::string canonical_request = CanonicalRequest(request);
  const std::string string_to_sign =
      StringToSign(canonical_request, kService, kWhen);
  Sha256 sha256;
  const Secret key = Key();
  HmacSha256 hmac(key.Reveal());
  std::string hex;
  for (auto _ : state) {
    hex.clear();
    AppendHex(sha256.Of(body), hex);
    AppendHex(sha256.Of(canonical_request), hex);
    AppendHex(hmac.Of(string_to_sign), hex);
    benchmark::DoNotOptimize(hex);
  }
}
BENCHMARK(FloorSign1K);

}  // namespace
}  // namespace tcgate::tc3

BENCHMARK_MAIN();
