#ifndef TCGATE_SERVICE_BASE_PRINTABLE_H_
#define TCGATE_SERVICE_BASE_PRINTABLE_H_

#include <string>

namespace tcgate {

// Returns `text` with each control character, line breaks included, and each
// byte that is not part of well-formed UTF-8 replaced by `?`: what comes from
// others can then neither begin a line nor drive a terminal.
std::string Printable(std::string text);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_PRINTABLE_H_
