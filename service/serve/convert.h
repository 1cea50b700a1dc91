#ifndef TCGATE_SERVICE_SERVE_CONVERT_H_
#define TCGATE_SERVICE_SERVE_CONVERT_H_

// The configuration in the terms of the modules that it is about: none of them
// knows the file.

#include <string>
#include <vector>

#include "service/catalog/catalog.h"
#include "service/credentials/keeper_client.h"
#include "service/gateway/gateway.h"
#include "service/rpc/edge.h"
#include "service/serve/settings.h"
#include "service/telemetry/access_log.h"
#include "tcgate/config/v1/config.pb.h"

namespace tcgate {

// The labels of all actions, by index.
std::vector<std::string> Labels(const Catalog& catalog);

AccessLog::Level AccessLevel(const config::v1::Log& log);

GatewayOptions GatewayOptionsOf(const config::v1::Config& config,
                                const Catalog& catalog);

EdgeOptions EdgeOptionsOf(const config::v1::Config& config);

// The accounts and products whose keys the gateway keeps.
KeeperClient::Options KeeperClientOptions(const Settings& settings);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_SERVE_CONVERT_H_
