#include "service/http/connections.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tcgate {
namespace {

// The port of our side, or 0.
int OwnPort(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return 0;
  }
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                   : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

std::string PeerText(const Connections::Ends& ends) {
  return absl::StrCat(ends.peer_ip, " ", ends.peer_port);
}

}  // namespace

Connections::Attempt Connections::Opened(int socket, Origin& origin) {
  const auto place = static_cast<std::size_t>(socket);
  if (sockets_.size() <= place) sockets_.resize(place + 1);
  Socket& state = sockets_[place];
  if (state.origin != nullptr) Forget(socket, state);
  state.origin = &origin;
  state.number = ++attempts_;
  ++open_;
  ++origin.open;
  return {socket, state.number};
}

bool Connections::Connected(const Attempt& attempt, const Ends& ends) {
  Socket* const state = Find(attempt);
  if (state == nullptr || OwnPort(attempt.socket) != ends.own_port) {
    return false;
  }
  state->peer = PeerText(ends);
  state->own_port = ends.own_port;
  int& place = by_port_[static_cast<std::size_t>(ends.own_port)];
  place = place == -1 ? attempt.socket : kSeveral;
  return true;
}

void Connections::GaveUp(const Attempt& attempt) {
  Socket* const state = Find(attempt);
  if (state != nullptr && state->peer.empty()) Forget(attempt.socket, *state);
}

int Connections::Close(int socket) {
  if (Socket* const state = Find(socket)) Forget(socket, *state);
  return close(socket);  // epoll forgets it by itself.
}

void Connections::Forget(int socket, Socket& state) {
  SetResting(state, false);
  int& place = by_port_[static_cast<std::size_t>(state.own_port)];
  if (place == socket) place = -1;
  --state.origin->open;
  --open_;
  state = Socket();
}

void Connections::Watch(int socket, Want want) {
  Socket* const state = Find(socket);
  if (state == nullptr) return;
  SetResting(*state, false);
  std::uint32_t events = 0;
  if (want == Want::kRead || want == Want::kBoth) events |= EPOLLIN;
  if (want == Want::kWrite || want == Want::kBoth) events |= EPOLLOUT;
  SetWatched(socket, *state, events);
}

void Connections::Rest(int socket) {
  Socket* const state = Find(socket);
  if (state == nullptr) return;
  SetResting(*state, true);
  state->resting_since = clock_.MonoNow();
  SetWatched(socket, *state, EPOLLIN);
}

bool Connections::resting(int socket) const {
  const Socket* const state = Find(socket);
  return state != nullptr && state->resting;
}

void Connections::Spoke(int socket) {
  Socket* const state = Find(socket);
  if (state == nullptr || state->dead || Silent(socket)) return;
  SetDead(socket, *state);
}

bool Connections::MayUse(const Ends& ends, KeepAlive::Duration max_idle,
                         bool look) {
  int socket = -1;
  Socket* const state = FindByEnds(ends, socket);
  // One that is not known was not idle: libcurl had it before it was connected.
  if (state == nullptr || !state->resting) return true;
  if (state->dead) return false;
  const KeepAlive::Duration idle = clock_.MonoNow() - state->resting_since;
  if (idle > max_idle) return false;
  if (!look && idle < kJustUsed) return true;
  if (!Silent(socket)) {
    SetDead(socket, *state);
    return false;
  }
  state->origin->keep_alive.Lasted(idle);
  return true;
}

KeepAlive::Duration Connections::LongestIdle(const Origin& origin) const {
  if (origin.idle == 0) return {};
  MonoTime since = MonoTime::max();
  for (const Socket& state : sockets_) {
    if (state.origin == &origin && state.resting) {
      since = std::min(since, state.resting_since);
    }
  }
  return clock_.MonoNow() - since;
}

Connections::Socket* Connections::Find(const Attempt& attempt) {
  Socket* const state = Find(attempt.socket);
  return state != nullptr && state->number == attempt.number ? state : nullptr;
}

Connections::Socket* Connections::Find(int socket) {
  return const_cast<Socket*>(std::as_const(*this).Find(socket));
}

const Connections::Socket* Connections::Find(int socket) const {
  const auto place = static_cast<std::size_t>(socket);
  if (socket < 0 || place >= sockets_.size()) return nullptr;
  return sockets_[place].origin == nullptr ? nullptr : &sockets_[place];
}

Connections::Socket* Connections::FindByEnds(const Ends& ends, int& socket) {
  if (ends.own_port <= 0 || ends.own_port > 0xffff) return nullptr;
  socket = by_port_[static_cast<std::size_t>(ends.own_port)];
  if (socket != kSeveral) return Find(socket);
  // Rare: one port of ours serves connections to different peers.
  const std::string peer = PeerText(ends);
  for (std::size_t i = 0; i < sockets_.size(); ++i) {
    Socket& state = sockets_[i];
    if (state.origin != nullptr && state.own_port == ends.own_port &&
        state.peer == peer) {
      socket = static_cast<int>(i);
      return &state;
    }
  }
  return nullptr;
}

void Connections::SetWatched(int socket, Socket& state,
                             std::uint32_t events) const {
  // Mostly the same: an answer is awaited, then it rests.
  if (state.watched == events) return;
  epoll_event event{};
  event.events = events;
  event.data.fd = socket;
  // Without events epoll would still tell of errors, over and over.
  const int change = events == 0          ? EPOLL_CTL_DEL
                     : state.watched == 0 ? EPOLL_CTL_ADD
                                          : EPOLL_CTL_MOD;
  epoll_ctl(epoll_, change, socket, &event);
  state.watched = events;
}

void Connections::SetResting(Socket& state, bool resting) {
  if (state.resting == resting) return;
  state.resting = resting;
  if (!resting) state.dead = false;
  const int change = resting ? 1 : -1;
  state.origin->idle += change;
  idle_ += static_cast<std::size_t>(change);
}

void Connections::SetDead(int socket, Socket& state) {
  const MonoTime now = clock_.MonoNow();
  state.origin->keep_alive.Closed(now, now - state.resting_since);
  state.dead = true;
  SetWatched(socket, state, 0);  // It stays readable until libcurl closes it.
}

bool Connections::Silent(int socket) {
  char byte = 0;
  return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
         (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace tcgate
