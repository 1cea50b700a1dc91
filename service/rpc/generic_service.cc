#include "service/rpc/generic_service.h"

#include "service/catalog/catalog.h"
#include "service/rpc/bidi_call.h"

namespace tcgate {

grpc::ServerGenericBidiReactor* GenericService::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  return BidiCall::Start(scope_, *context,
                         scope_.catalog.Find(context->method()),
                         context->method());
}

}  // namespace tcgate
