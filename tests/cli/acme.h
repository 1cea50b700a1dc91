#ifndef TCGATE_TESTS_CLI_ACME_H_
#define TCGATE_TESTS_CLI_ACME_H_

#include "service/catalog/catalog.h"

namespace tcgate {

// A catalogue of two small products, `acme` and `road`.
const Catalog& AcmeCatalog();

}  // namespace tcgate

#endif  // TCGATE_TESTS_CLI_ACME_H_
