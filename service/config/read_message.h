#ifndef TCGATE_SERVICE_CONFIG_READ_MESSAGE_H_
#define TCGATE_SERVICE_CONFIG_READ_MESSAGE_H_

#include <string>

#include "service/config/faults.h"
#include "service/config/places.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf
namespace YAML {
class Node;
}  // namespace YAML

namespace tcgate {

// Where something stands in a file.
struct Place {
  std::string path;  // Such as `callers[0].match`. Empty: the whole file.
  int line = 0;      // From 1.
};

// Reads a YAML mapping into a message of the configuration, by reflection:
// nothing here knows a key. Fills in the defaults. Each fault is added to
// `faults`, and reading goes on; what stands where is added to `places`. Throws
// YAML::Exception only where the parser of YAML does.
void ReadMessage(const YAML::Node& node, const Place& place,
                 google::protobuf::Message& message, Faults& faults,
                 Places& places);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CONFIG_READ_MESSAGE_H_
