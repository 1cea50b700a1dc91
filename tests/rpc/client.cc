#include "tests/rpc/client.h"

#include <future>

#include "service/rpc/message_bytes.h"

namespace tcgate {
namespace {

// A call under way; deletes itself at its end.
struct Pending {
  std::shared_ptr<grpc::ClientContext> context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer reply;
};

std::multimap<std::string, std::string> Trailers(
    const grpc::ClientContext& context) {
  std::multimap<std::string, std::string> trailers;
  for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
    trailers.emplace(std::string(key.data(), key.size()),
                     std::string(value.data(), value.size()));
  }
  return trailers;
}

void Apply(const CallSettings& settings, grpc::ClientContext& context) {
  for (const auto& [key, value] : settings.metadata) {
    context.AddMetadata(key, value);
  }
  if (settings.deadline.has_value()) {
    context.set_deadline(std::chrono::system_clock::now() + *settings.deadline);
  }
  if (settings.compress) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
}

grpc::ChannelArguments OwnConnections() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return arguments;
}

}  // namespace

wire::v1::ErrorInfo ClientAnswer::error_info() const {
  wire::v1::Status details;
  wire::v1::ErrorInfo info;
  if (!details.ParseFromString(status.error_details())) return info;
  for (const auto& any : details.details()) {
    if (any.type_url() == "type.googleapis.com/google.rpc.ErrorInfo") {
      info.ParseFromString(any.value());
    }
  }
  return info;
}

std::string ClientAnswer::reason() const { return error_info().reason(); }
std::string ClientAnswer::domain() const { return error_info().domain(); }

Client::Client(const std::string& address)
    : Client(address, grpc::InsecureChannelCredentials()) {}

Client::Client(const std::string& address,
               const std::shared_ptr<grpc::ChannelCredentials>& credentials)
    : channel_(
          grpc::CreateCustomChannel(address, credentials, OwnConnections())),
      stub_(channel_) {}

ClientAnswer Client::Call(const std::string& method, const std::string& message,
                          const CallSettings& settings) {
  Pending call;
  call.context = std::make_shared<grpc::ClientContext>();
  Apply(settings, *call.context);
  call.request = ToByteBuffer(message);
  std::promise<grpc::Status> ended;
  stub_.UnaryCall(call.context.get(), method, grpc::StubOptions(),
                  &call.request, &call.reply, [&ended](grpc::Status status) {
                    ended.set_value(std::move(status));
                  });
  ClientAnswer answer{ended.get_future().get(), {}, Trailers(*call.context)};
  if (answer.status.ok()) answer.messages.push_back(ToBytes(call.reply));
  return answer;
}

std::function<void()> Client::Start(const std::string& method,
                                    const std::string& message,
                                    std::function<void(ClientAnswer)> done) {
  auto* call = new Pending;
  call->context = std::make_shared<grpc::ClientContext>();
  call->request = ToByteBuffer(message);
  const auto context = call->context;
  stub_.UnaryCall(context.get(), method, grpc::StubOptions(), &call->request,
                  &call->reply, [call, done](grpc::Status status) {
                    ClientAnswer answer{
                        std::move(status), {}, Trailers(*call->context)};
                    if (answer.status.ok()) {
                      answer.messages.push_back(ToBytes(call->reply));
                    }
                    delete call;
                    done(std::move(answer));
                  });
  return [context] { context->TryCancel(); };
}

ClientAnswer Client::Stream(const std::string& method,
                            const std::vector<std::string>& messages) {
  OpenStream stream(*this, method);
  for (const std::string& message : messages) stream.Write(message);
  stream.CloseOurSide();
  ClientAnswer answer;
  while (auto message = stream.Read()) answer.messages.push_back(*message);
  answer.status = stream.Finish();
  return answer;
}

OpenStream::OpenStream(Client& client, const std::string& method)
    : stream_(client.stub_.PrepareCall(&context_, method, &queue_)) {
  stream_->StartCall(this);
  Next();
}

OpenStream::~OpenStream() {
  if (!finished_) {
    context_.TryCancel();
    Finish();
  }
  queue_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
  }
}

bool OpenStream::Next() {
  void* tag = nullptr;
  bool ok = false;
  return queue_.Next(&tag, &ok) && ok;
}

bool OpenStream::Write(const std::string& message) {
  stream_->Write(ToByteBuffer(message), this);
  return Next();
}

std::optional<std::string> OpenStream::Read() {
  grpc::ByteBuffer message;
  stream_->Read(&message, this);
  if (!Next()) return std::nullopt;
  return ToBytes(message);
}

void OpenStream::CloseOurSide() {
  stream_->WritesDone(this);
  Next();
}

std::multimap<std::string, std::string> OpenStream::trailers() const {
  return Trailers(context_);
}

grpc::Status OpenStream::Finish() {
  grpc::Status status;
  stream_->Finish(&status, this);
  Next();
  finished_ = true;
  return status;
}

}  // namespace tcgate
