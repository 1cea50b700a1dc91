#ifndef TCGATE_SERVICE_CONFIG_LOAD_YAML_H_
#define TCGATE_SERVICE_CONFIG_LOAD_YAML_H_

#include <yaml-cpp/yaml.h>

#include <string>

#include "service/config/faults.h"

namespace tcgate {

// Reads a text of one YAML document. Throws what yaml-cpp throws over text that
// is no YAML. Adds a fault if a second document begins in it; the node is then
// not to be used.
//
// Not `YAML::LoadAll`: where a token is left over, as in `,` alone, yaml-cpp
// 0.7 finds one empty document after another there, for ever.
YAML::Node LoadYaml(const std::string& text, Faults& faults);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CONFIG_LOAD_YAML_H_
