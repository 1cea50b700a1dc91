#ifndef TCGATE_TESTS_CATALOG_COMPILE_H_
#define TCGATE_TESTS_CATALOG_COMPILE_H_

#include <string>

namespace tcgate {

// Compiles one .proto source to a serialized FileDescriptorSet, imports before
// it and comments included, as protoc does. It may import what the embedded
// descriptors hold. Fails the test and returns nothing if it does not compile.
std::string Compile(const std::string& file_name, const std::string& source);

}  // namespace tcgate

#endif  // TCGATE_TESTS_CATALOG_COMPILE_H_
