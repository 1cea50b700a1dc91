#ifndef TCGATE_SERVICE_REPLIES_TICKET_H_
#define TCGATE_SERVICE_REPLIES_TICKET_H_

#include <memory>

#include "service/replies/answer.h"
#include "service/replies/flight.h"

namespace tcgate {

// The right and the duty to end a flight: the only way to do so, and to store
// what it brought. Movable; one that goes unused fails its flight with
// INTERNAL, ran = maybe. Lives on the loop's thread.
class Ticket {
 public:
  using Ending = Flight::Ending;

  // What a kind of flight does with its answer before anybody gets it.
  class Keeper {
   public:
    virtual ~Keeper() = default;
    virtual Ending Keep(Answer answer) = 0;
  };

  // Without a keeper the answer is for those who wait, and then forgotten.
  Ticket(std::shared_ptr<Flight> flight, std::unique_ptr<Keeper> keeper);
  Ticket(Ticket&&) noexcept = default;
  Ticket& operator=(Ticket&&) = delete;
  ~Ticket();

  // Keeps the answer where that is allowed and wakes all who wait: they run
  // before this returns. Once; afterwards the ticket is void.
  void Finish(Answer answer);

 private:
  std::shared_ptr<Flight> flight_;
  std::unique_ptr<Keeper> keeper_;
};

// The caller waits for a flight that another began.
struct Join {
  std::shared_ptr<Flight> flight;
};

// The caller begins a flight: somebody must do what it is for and end it with
// the ticket, while the caller waits as everybody does.
struct Lead {
  std::shared_ptr<Flight> flight;
  Ticket ticket;
};

// A flight that nobody can join and whose answer is not kept: of writes and
// streams. `until` is the call's deadline.
Lead LeadAlone(Loop& loop, MonoTime until);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_REPLIES_TICKET_H_
