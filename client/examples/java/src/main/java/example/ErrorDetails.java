package example;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import io.grpc.protobuf.StatusProto;
import java.util.List;

/**
 * What a failed call says beside its code and message. All is empty where there are no details:
 * where gRPC itself ended the call.
 *
 * @param domain who decided: {@code tencentcloudapi.com}, or {@code tcgate} for the gateway's own
 * @param reason the vendor's code, or a reason that the gateway's README lists
 * @param requestId the vendor's request id; empty where it did not answer
 * @param fields members of the request that are at fault, by the vendor's names
 */
record ErrorDetails(String domain, String reason, String requestId, List<String> fields) {

  static ErrorDetails of(Throwable error) throws InvalidProtocolBufferException {
    var domain = "";
    var reason = "";
    var requestId = "";
    var fields = List.<String>of();
    for (Any detail : StatusProto.fromThrowable(error).getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        var info = detail.unpack(ErrorInfo.class);
        domain = info.getDomain();
        reason = info.getReason();
      } else if (detail.is(RequestInfo.class)) {
        requestId = detail.unpack(RequestInfo.class).getRequestId();
      } else if (detail.is(BadRequest.class)) {
        fields =
            detail.unpack(BadRequest.class).getFieldViolationsList().stream()
                .map(BadRequest.FieldViolation::getField)
                .toList();
      }
    }
    return new ErrorDetails(domain, reason, requestId, fields);
  }
}
