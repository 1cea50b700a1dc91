#ifndef TCGATE_SERVICE_HTTP_CONNECTIONS_H_
#define TCGATE_SERVICE_HTTP_CONNECTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/base/clock.h"
#include "service/http/keep_alive.h"

namespace tcgate {

// The sockets that libcurl has, watched also while they are idle: so it is
// known for how long each has been, and which ones the server has closed.
// libcurl takes a connection for open as long as anything can be read, and that
// is what the last word of a TLS server looks like. Lives on the loop's thread.
class Connections {
 public:
  // What the connections to one server have in common. Outlives them.
  struct Origin {
    KeepAlive keep_alive;
    int open = 0;  // Used and idle together, as far as they are connected.
    int idle = 0;
  };
  // The two ends of a connection, as libcurl tells them.
  struct Ends {
    absl::string_view peer_ip;
    int peer_port = 0;
    int own_port = 0;
  };
  enum class Want { kNothing, kRead, kWrite, kBoth };

  // Chosen: a connection that was idle for less was just looked at by libcurl,
  // and is not looked at again.
  static constexpr std::chrono::milliseconds kJustUsed{10};

  // Readiness is told by the epoll instance, with the socket as data.
  Connections(int epoll, const Clock& clock) : epoll_(epoll), clock_(clock) {}
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  // A socket that was made to connect to an origin, also after its number has
  // been given to another one.
  struct Attempt {
    int socket = -1;
    std::uint64_t number = 0;
  };

  // A socket was made to connect to `origin`.
  Attempt Opened(int socket, Origin& origin);
  // It is connected, and these are its ends; false if they are another's.
  bool Connected(const Attempt& attempt, const Ends& ends);
  // libcurl has given it up unless it is connected: without a word, where
  // another address was faster or nobody waits any more.
  void GaveUp(const Attempt& attempt);
  // Closes it.
  int Close(int socket);

  // What the exchange that has the socket waits for.
  void Watch(int socket, Want want);
  // The exchange is over, or another one begins: the connection is kept.
  void Rest(int socket);
  bool resting(int socket) const;

  // An idle socket is said to be readable. Where it is, the server has closed
  // it, or says something that nobody asked for: it is not used any more. Where
  // it is not, libcurl has read an answer meanwhile: it serves several sockets
  // when it is told of one.
  void Spoke(int socket);

  // Whether a request may be sent on the idle connection with these ends: it
  // was idle for at most `max_idle` and is open. `look` does not trust what was
  // seen before.
  bool MayUse(const Ends& ends, KeepAlive::Duration max_idle, bool look);

  // How long the connection to `origin` has been idle that has been so for the
  // longest; zero if none is idle.
  KeepAlive::Duration LongestIdle(const Origin& origin) const;
  // Idle connections, in all.
  std::size_t idle() const { return idle_; }
  std::size_t open() const { return open_; }

 private:
  struct Socket {
    Origin* origin = nullptr;  // Null: not open.
    std::uint64_t number = 0;  // Of the attempt.
    std::string peer;          // `ip port`, once connected.
    int own_port = 0;
    std::uint32_t watched = 0;  // Events, as epoll has them.
    bool resting = false;
    bool dead = false;  // Resting, and not to be used.
    MonoTime resting_since;
  };

  Socket* Find(const Attempt& attempt);
  void Forget(int socket, Socket& state);
  Socket* Find(int socket);
  const Socket* Find(int socket) const;
  Socket* FindByEnds(const Ends& ends, int& socket);
  void SetWatched(int socket, Socket& state, std::uint32_t events) const;
  void SetResting(Socket& state, bool resting);
  // It is not used any more: see `Spoke`.
  void SetDead(int socket, Socket& state);
  // Whether nothing can be read.
  static bool Silent(int socket);

  // In `by_port_`: several connections have this port of ours.
  static constexpr int kSeveral = -2;

  const int epoll_;
  const Clock& clock_;
  std::vector<Socket> sockets_;  // By socket.
  // The socket with this port on our side, or -1, or `kSeveral`.
  std::vector<int> by_port_ = std::vector<int>(1 << 16, -1);
  std::uint64_t attempts_ = 0;
  std::size_t idle_ = 0;
  std::size_t open_ = 0;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_CONNECTIONS_H_
