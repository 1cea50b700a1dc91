#ifndef TCGATE_SERVICE_BASE_SHARED_BYTES_H_
#define TCGATE_SERVICE_BASE_SHARED_BYTES_H_

#include <memory>
#include <string>

namespace tcgate {

// Bytes that several own and nobody changes, such as a reply that is stored and
// on its way to clients at once. Null stands for none. An aliasing pointer may
// keep more alive than the bytes, such as a `ByteHold`.
using SharedBytes = std::shared_ptr<const std::string>;

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_SHARED_BYTES_H_
