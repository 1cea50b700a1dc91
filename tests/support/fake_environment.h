#ifndef TCGATE_TESTS_SUPPORT_FAKE_ENVIRONMENT_H_
#define TCGATE_TESTS_SUPPORT_FAKE_ENVIRONMENT_H_

#include <map>
#include <string>

namespace tcgate {

// The environment variables of a test, read as `std::getenv` reads the real
// ones. A variable that the map lacks is not set.
struct FakeEnvironment {
  std::map<std::string, std::string> variables;

  const char* operator()(const char* name) const {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  }
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_SUPPORT_FAKE_ENVIRONMENT_H_
