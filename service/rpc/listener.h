#ifndef TCGATE_SERVICE_RPC_LISTENER_H_
#define TCGATE_SERVICE_RPC_LISTENER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "service/credentials/unique_fd.h"
#include "service/rpc/listening_socket.h"
#include "service/rpc/open_connections.h"

namespace tcgate {

// A listening socket of our own, with a thread that accepts and hands over.
// Owning it is the only way found to drain gRPC without losing a call, and it
// lets us bound connections (README, decisions).
//
// Not thread-safe, `open_connections` excepted.
class Listener {
 public:
  // Binds and listens, without accepting yet. At `max_connections` open ones,
  // new ones are accepted and closed. Fails as `ListeningSocket::Bind` does.
  static absl::StatusOr<std::unique_ptr<Listener>> Bind(
      const SocketAddress& address, std::size_t max_connections);

  ~Listener() { Close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Starts to accept. `hand_over` is called on the listener's thread and takes
  // the descriptor it is given, which neither blocks nor delays.
  void Start(std::function<void(int fd)> hand_over);

  // Accepts what the kernel has already connected, then closes the socket; the
  // file of a Unix one goes first. No connection is handed over afterwards.
  // Further calls do nothing.
  void Close();

  // Such as `127.0.0.1:50051`, with the port that was chosen.
  std::string address() const { return ToText(socket_.address()); }
  int fd() const { return socket_.fd(); }

  // Connections that were handed over and are not closed.
  std::size_t open_connections() { return connections_.Count(); }

 private:
  Listener(ListeningSocket socket, UniqueFd wake, std::size_t max_connections);

  // The body of the thread.
  void Run();
  // Takes what is ready. Returns false if the process or the machine has no
  // descriptor or memory left for the next one.
  bool AcceptReady();
  void Take(int fd);

  ListeningSocket socket_;
  UniqueFd wake_;  // An eventfd: readable once `Close` was called.
  const std::size_t max_connections_;
  OpenConnections connections_;
  std::function<void(int fd)> hand_over_;
  std::thread thread_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_LISTENER_H_
