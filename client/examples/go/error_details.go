package main

import (
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
)

// details is what a failed call says beside its code and message.
type details struct {
	// Who decided: tencentcloudapi.com, or tcgate for the gateway's own.
	domain string
	// The vendor's code, or a reason that the gateway's README lists.
	reason string
	// The vendor's request id; empty where it did not answer.
	requestID string
	// Members of the request that are at fault, by the vendor's names.
	fields []string
}

// readDetails reads the details of a failed call. All is empty where there are
// none: where gRPC itself ended the call.
func readDetails(err error) details {
	var found details
	for _, detail := range status.Convert(err).Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			found.domain, found.reason = detail.Domain, detail.Reason
		case *errdetails.RequestInfo:
			found.requestID = detail.RequestId
		case *errdetails.BadRequest:
			for _, violation := range detail.FieldViolations {
				found.fields = append(found.fields, violation.Field)
			}
		}
	}
	return found
}
