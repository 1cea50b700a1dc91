#include "service/rpc/health.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "service/rpc/message_bytes.h"
#include "service/rpc/raw_service.h"
#include "service/rpc/stream.h"

namespace tcgate {
namespace {

namespace pb = grpc::health::v1;

constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
constexpr char kWatch[] = "/grpc.health.v1.Health/Watch";

grpc::Status NotARequest() {
  return {grpc::StatusCode::INVALID_ARGUMENT, "not a HealthCheckRequest"};
}

pb::HealthCheckResponse Response(int status) {
  pb::HealthCheckResponse response;
  response.set_status(
      static_cast<pb::HealthCheckResponse::ServingStatus>(status));
  return response;
}

bool Parse(const grpc::ByteBuffer& message, pb::HealthCheckRequest& request) {
  return message.Valid() && request.ParseFromString(ToBytes(message));
}

// Sends the status of one service, and again when it has changed.
class Watch final : public Stream {
 public:
  Watch(const Health& health, OpenSet<Stream>& streams)
      : Stream(streams), health_(health) {}

  void OnDrain() override { Want(); }

 private:
  void OnMessage(const grpc::ByteBuffer& message) override {
    if (!Parse(message, request_)) return End(NotARequest());
    asked_ = true;
    Want();
  }

  bool Compose(grpc::ByteBuffer& message) override {
    if (!asked_) return false;
    const int status = health_.StatusOf(request_.service());
    if (status == told_) return false;
    told_ = status;
    message = ToByteBuffer(Response(status).SerializeAsString());
    return true;
  }

  const Health& health_;
  pb::HealthCheckRequest request_;  // Immutable once `asked_` is set.
  std::atomic<bool> asked_{false};
  int told_ = -1;  // None yet. For `Compose` alone.
};

grpc::Status Check(const Health& health, const grpc::ByteBuffer& message,
                   grpc::ByteBuffer& reply) {
  pb::HealthCheckRequest request;
  if (!Parse(message, request)) return NotARequest();
  const int status = health.StatusOf(request.service());
  if (status == pb::HealthCheckResponse::SERVICE_UNKNOWN) {
    return {grpc::StatusCode::NOT_FOUND, "there is no such service here"};
  }
  reply = ToByteBuffer(Response(status).SerializeAsString());
  return {};
}

}  // namespace

Health::Health(std::vector<std::string> services, OpenSet<Stream>& streams)
    : services_(std::move(services)), streams_(streams) {}

int Health::StatusOf(absl::string_view service) const {
  const bool known =
      service.empty() ||
      std::find(services_.begin(), services_.end(), service) != services_.end();
  if (!known) return pb::HealthCheckResponse::SERVICE_UNKNOWN;
  return leaving_ ? pb::HealthCheckResponse::NOT_SERVING
                  : pb::HealthCheckResponse::SERVING;
}

void Health::AddTo(RawService& service) {
  service.AddUnary(
      kCheck, [this](grpc::CallbackServerContext* context,
                     const grpc::ByteBuffer* message, grpc::ByteBuffer* reply) {
        grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
        reactor->Finish(Check(*this, *message, *reply));
        return reactor;
      });
  service.AddBidi(kWatch, [this](grpc::CallbackServerContext*) {
    const auto watch = std::make_shared<Watch>(*this, streams_);
    watch->Start();
    return watch.get();
  });
}

}  // namespace tcgate
