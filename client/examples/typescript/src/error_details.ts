// What a failed call says beside its code and message.

import { type ServiceError } from "@grpc/grpc-js";
import { BadRequest, ErrorInfo, RequestInfo } from "../gen/google/rpc/error_details.js";
import { Status } from "../gen/google/rpc/status.js";

export interface Details {
  // Who decided: `tencentcloudapi.com`, or `tcgate` for the gateway's own.
  domain: string;
  // The vendor's code, or a reason that the gateway's README lists.
  reason: string;
  // The vendor's request id; empty where it did not answer.
  requestId: string;
  // Members of the request that are at fault, by the vendor's names.
  fields: string[];
}

// Reads the details of `error`. All is empty where there are none: where gRPC
// itself ended the call.
export function readDetails(error: ServiceError): Details {
  const details: Details = { domain: "", reason: "", requestId: "", fields: [] };
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(bytes)) return details;
  for (const { typeUrl, value } of Status.decode(bytes).details) {
    switch (typeUrl.slice(typeUrl.lastIndexOf("/") + 1)) {
      case "google.rpc.ErrorInfo":
        ({ domain: details.domain, reason: details.reason } = ErrorInfo.decode(value));
        break;
      case "google.rpc.RequestInfo":
        details.requestId = RequestInfo.decode(value).requestId;
        break;
      case "google.rpc.BadRequest":
        details.fields = BadRequest.decode(value).fieldViolations.map((v) => v.field);
        break;
    }
  }
  return details;
}
