#ifndef TCGATE_CLIENT_CANCEL_ON_H_
#define TCGATE_CLIENT_CANCEL_ON_H_

// Needs C++20, unlike the rest of the library.
#include <stop_token>
#include <utility>

#include "grpcpp/client_context.h"

namespace tcgate::client {

// Cancels a call once a stop is requested, for as long as it lives. A stop
// before the call starts cancels it then. The call ends as CANCELLED, unless it
// had ended before; a WRITE may have run.
//
//   grpc::ClientContext context;
//   CancelOn cancel(token, context);  // After the context: it goes first.
//   grpc::Status status = stub->CreateProject(&context, request, &reply);
class CancelOn {
 public:
  CancelOn(std::stop_token token, grpc::ClientContext& context)
      : callback_(std::move(token), Cancel{&context}) {}

 private:
  struct Cancel {
    grpc::ClientContext* context;
    void operator()() const { context->TryCancel(); }
  };

  std::stop_callback<Cancel> callback_;
};

}  // namespace tcgate::client

#endif  // TCGATE_CLIENT_CANCEL_ON_H_
