// Keeps calls outstanding on a gRPC server and reports how they went, as JSON.
//
//   grpc_load ADDRESS PATH_OF_METHOD REQUEST_FILE CALLS CONNECTIONS STREAMS
//
// The request is sent as it is in the file. Each connection has STREAMS calls
// outstanding. Exit 1 if a call failed.

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
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

class Load {
 public:
  Load(std::string path, const std::string& request, int calls)
      : path_(std::move(path)), left_(calls), latencies_us_(calls) {
    const grpc::Slice slice(request);
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
    grpc::ByteBuffer reply;
    Steady::time_point start;
  };

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
    slot.start = Steady::now();
    slot.stub->UnaryCall(slot.context.get(), path_, grpc::StubOptions(),
                         &request_, &slot.reply,
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
  grpc::ByteBuffer request_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::atomic<int> left_;
  std::atomic<int> failed_{0};
  std::vector<double> latencies_us_;
  std::mutex mu_;
  std::condition_variable done_;
  int running_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::cerr << "usage: grpc_load ADDRESS PATH REQUEST_FILE CALLS "
                 "CONNECTIONS STREAMS\n";
    return 2;
  }
  std::ifstream file(argv[3], std::ios::binary);
  const std::string request{std::istreambuf_iterator<char>(file), {}};
  const int calls = std::atoi(argv[4]);
  Load load(argv[2], request, calls);
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
