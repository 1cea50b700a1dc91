#ifndef TCGATE_SERVICE_CATALOG_READ_OPTIONS_H_
#define TCGATE_SERVICE_CATALOG_READ_OPTIONS_H_

#include "service/catalog/action.h"
#include "service/catalog/descriptor_sets.h"

namespace google::protobuf {
class MethodDescriptor;
class ServiceDescriptor;
}  // namespace google::protobuf

namespace tcgate {

// Reads what a service says of its product. Adds a fault for each thing that a
// deployment must not start with; the product is then not to be used. Leaves
// `label` to the caller.
Product ReadProduct(const google::protobuf::ServiceDescriptor& service,
                    Faults& faults);

// Reads what a method of `product` says of its action, likewise. Leaves
// `index` to the caller. `product` must outlive the action.
Action ReadAction(const google::protobuf::MethodDescriptor& method,
                  const Product& product, Faults& faults);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CATALOG_READ_OPTIONS_H_
