#include "service/http/lookup.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

namespace tcgate {

LookupResult SystemLookup(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;  // One entry an address, not one a protocol.
  addrinfo* found = nullptr;
  const int code = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (code == EAI_SYSTEM) {
    return {{}, std::generic_category().message(errno)};
  }
  if (code != 0) return {{}, gai_strerror(code)};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found,
                                                             freeaddrinfo);
  LookupResult result;
  for (const addrinfo* entry = found; entry != nullptr;
       entry = entry->ai_next) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(),
                    nullptr, 0, NI_NUMERICHOST) == 0) {
      result.addresses.emplace_back(text.data());
    }
  }
  if (result.addresses.empty()) result.error = "the name has no address";
  return result;
}

}  // namespace tcgate
