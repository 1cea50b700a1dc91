#ifndef TCGATE_TESTS_RPC_CLIENT_H_
#define TCGATE_TESTS_RPC_CLIENT_H_

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "grpcpp/channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "tcgate/wire/v1/status.pb.h"

namespace tcgate {

// How a call ended, as its client sees it.
struct ClientAnswer {
  grpc::Status status;
  std::vector<std::string> messages;
  std::multimap<std::string, std::string> trailers;

  // The reason and domain of the ErrorInfo; empty if there are no details.
  std::string reason() const;
  std::string domain() const;

  wire::v1::ErrorInfo error_info() const;
};

struct CallSettings {
  std::vector<std::pair<std::string, std::string>> metadata;
  std::optional<std::chrono::milliseconds> deadline;
  bool compress = false;
};

// A gRPC client without stubs, on connections of its own.
class Client {
 public:
  explicit Client(const std::string& address);
  Client(const std::string& address,
         const std::shared_ptr<grpc::ChannelCredentials>& credentials);

  // Makes a unary call and waits for its end.
  ClientAnswer Call(const std::string& method, const std::string& message,
                    const CallSettings& settings = {});

  // The same without waiting; `done` is called on one of gRPC's threads. The
  // function that is returned cancels the call.
  std::function<void()> Start(const std::string& method,
                              const std::string& message,
                              std::function<void(ClientAnswer)> done);

  // Sends these messages as a stream, closes the client's side, and reads to
  // the end.
  ClientAnswer Stream(const std::string& method,
                      const std::vector<std::string>& messages);

 private:
  friend class OpenStream;
  std::shared_ptr<grpc::Channel> channel_;
  grpc::GenericStub stub_;
};

// A stream that a test drives step by step.
class OpenStream {
 public:
  OpenStream(Client& client, const std::string& method);
  ~OpenStream();

  bool Write(const std::string& message);
  // Returns nothing at the end of the stream.
  std::optional<std::string> Read();
  void CloseOurSide();
  grpc::Status Finish();
  // After `Finish`.
  std::multimap<std::string, std::string> trailers() const;

 private:
  bool Next();

  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  bool finished_ = false;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_RPC_CLIENT_H_
