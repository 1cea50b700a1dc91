// Keeps calls outstanding on a gRPC server and reports how they went, as JSON.
//
//   grpc_load ADDRESS PATH_OF_METHOD REQUEST_FILE CALLS CONNECTIONS STREAMS
//             [KEYS FIRST]
//
// The request is sent as it is in the file. Each connection has STREAMS calls
// outstanding. Exit 1 if a call failed.
//
// With KEYS there are so many different calls: the last five bytes of the
// request are a varint that tells them apart. They are made at random; or, with
// FIRST from 0, each once in turn, from that one on.

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace {

using Steady = std::chrono::steady_clock;

// Which calls there are; see above.
struct Keys {
  std::uint32_t keys = 0;   // 0: all are equal.
  std::int64_t first = -1;  // Negative: at random.
};

// Spreads numbers evenly: the last step of splitmix64.
std::uint64_t Mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111eb;
  return x ^ (x >> 31U);
}

class Load {
 public:
  Load(std::string path, std::string request, int calls, Keys keys)
      : path_(std::move(path)),
        request_text_(std::move(request)),
        keys_(keys),
        left_(calls),
        calls_(calls),
        latencies_us_(calls) {
    const grpc::Slice slice(request_text_);
    request_ = grpc::ByteBuffer(&slice, 1);
  }

  void AddConnection(const std::string& address, int streams) {
    grpc::ChannelArguments args;
    args.SetInt("grpc.use_local_subchannel_pool", 1);
    args.SetMaxReceiveMessageSize(-1);
    stubs_.push_back(
        std::make_unique<grpc::GenericStub>(grpc::CreateCustomChannel(
            address, grpc::InsecureChannelCredentials(), args)));
    for (int i = 0; i < streams; ++i) {
      slots_.push_back(std::make_unique<Slot>());
      slots_.back()->stub = stubs_.back().get();
    }
  }

  void Run() {
    running_ = static_cast<int>(slots_.size());
    for (auto& slot : slots_) Next(*slot);
    std::unique_lock<std::mutex> lock(mu_);
    done_.wait(lock, [this] { return running_ == 0; });
  }

  int failed() const { return failed_; }

  double Percentile(double share) {
    std::sort(latencies_us_.begin(), latencies_us_.end());
    return latencies_us_[static_cast<std::size_t>(
        share * static_cast<double>(latencies_us_.size() - 1))];
  }

 private:
  struct Slot {
    grpc::GenericStub* stub = nullptr;
    std::unique_ptr<grpc::ClientContext> context;
    grpc::ByteBuffer request;
    grpc::ByteBuffer reply;
    Steady::time_point start;
  };

  // `number` counts down to 0.
  grpc::ByteBuffer RequestOf(int number) const {
    const std::uint64_t key =
        keys_.first < 0
            ? Mix(static_cast<std::uint64_t>(number)) % keys_.keys
            : static_cast<std::uint64_t>(keys_.first + calls_ - 1 - number);
    std::uint64_t member = 1 + key;
    std::string text = request_text_;
    for (std::size_t i = text.size() - 5; i < text.size(); ++i) {
      const bool last = i + 1 == text.size();
      text[i] = static_cast<char>((member & 0x7fU) | (last ? 0 : 0x80U));
      member >>= 7U;
    }
    const grpc::Slice slice(text);
    return {&slice, 1};
  }

  void Next(Slot& slot) {
    const int number = left_.fetch_sub(1) - 1;
    if (number < 0) {
      const std::lock_guard<std::mutex> lock(mu_);
      if (--running_ == 0) done_.notify_one();
      return;
    }
    slot.context = std::make_unique<grpc::ClientContext>();
    slot.context->set_deadline(std::chrono::system_clock::now() +
                               std::chrono::seconds(20));
    if (keys_.keys > 0) slot.request = RequestOf(number);
    slot.start = Steady::now();
    slot.stub->UnaryCall(slot.context.get(), path_, grpc::StubOptions(),
                         keys_.keys > 0 ? &slot.request : &request_,
                         &slot.reply,
                         [this, &slot, number](const grpc::Status& status) {
                           latencies_us_[static_cast<std::size_t>(number)] =
                               std::chrono::duration<double, std::micro>(
                                   Steady::now() - slot.start)
                                   .count();
                           if (!status.ok() && failed_.fetch_add(1) == 0) {
                             std::cerr << status.error_code() << ": "
                                       << status.error_message() << "\n";
                           }
                           Next(slot);
                         });
  }

  const std::string path_;
  const std::string request_text_;
  const Keys keys_;
  grpc::ByteBuffer request_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::atomic<int> left_;
  const int calls_;
  std::atomic<int> failed_{0};
  std::vector<double> latencies_us_;
  std::mutex mu_;
  std::condition_variable done_;
  int running_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7 && argc != 9) {
    std::cerr << "usage: grpc_load ADDRESS PATH REQUEST_FILE CALLS "
                 "CONNECTIONS STREAMS [KEYS FIRST]\n";
    return 2;
  }
  std::ifstream file(argv[3], std::ios::binary);
  const std::string request{std::istreambuf_iterator<char>(file), {}};
  const int calls = std::atoi(argv[4]);
  Keys keys;
  if (argc == 9) {
    keys = {static_cast<std::uint32_t>(std::atoll(argv[7])),
            std::atoll(argv[8])};
  }
  Load load(argv[2], request, calls, keys);
  for (int i = 0; i < std::atoi(argv[5]); ++i) {
    load.AddConnection(argv[1], std::atoi(argv[6]));
  }
  const Steady::time_point start = Steady::now();
  load.Run();
  const double seconds =
      std::chrono::duration<double>(Steady::now() - start).count();
  std::printf(
      "{\"calls\": %d, \"failed\": %d, \"per_second\": %.0f, \"p50_us\": %.0f, "
      "\"p99_us\": %.0f}\n",
      calls, load.failed(), calls / seconds, load.Percentile(0.5),
      load.Percentile(0.99));
  return load.failed() == 0 ? 0 : 1;
}
