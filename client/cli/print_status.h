#ifndef TCGATE_CLIENT_CLI_PRINT_STATUS_H_
#define TCGATE_CLIENT_CLI_PRINT_STATUS_H_

#include <iosfwd>

#include "grpcpp/support/status.h"

namespace tcgate {

// Prints how a call failed, for people: code, message, and what the details
// say - who decided, why, the vendor's request id, the faults by field, how
// long to wait. Details that cannot be read are left out. Control characters
// are replaced, so that a message cannot drive the terminal.
void PrintStatus(const grpc::Status& status, std::ostream& out);

}  // namespace tcgate

#endif  // TCGATE_CLIENT_CLI_PRINT_STATUS_H_
