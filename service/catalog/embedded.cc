#include <cstddef>

#include "absl/strings/string_view.h"
#include "service/catalog/catalog.h"

// Bounds of what embedded.S includes.
extern "C" {
extern const char tcgate_embedded_descriptors[];
extern const char tcgate_embedded_descriptors_end[];
}

namespace tcgate {

absl::string_view EmbeddedDescriptors() {
  return {tcgate_embedded_descriptors,
          static_cast<std::size_t>(tcgate_embedded_descriptors_end -
                                   tcgate_embedded_descriptors)};
}

}  // namespace tcgate
