#ifndef TCGATE_SERVICE_HTTP_CANCELLATION_H_
#define TCGATE_SERVICE_HTTP_CANCELLATION_H_

namespace tcgate {

// Tells what a call is waiting for that nobody wants the call any more. One
// wait at a time may listen. Lives on the loop's thread.
class Cancellation {
 public:
  // Something that waits and can be told to give up. Derived objects stop
  // listening before they go.
  class Listener {
   public:
    virtual void OnCancel() = 0;

   protected:
    ~Listener() = default;
  };

  Cancellation() = default;
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  bool requested() const { return requested_; }

  // Tells the listener, if any. Further calls do nothing.
  void Request() {
    if (requested_) return;
    requested_ = true;
    if (listener_ != nullptr) listener_->OnCancel();
  }

  // REQUIRES: no other listener.
  void Listen(Listener& listener) { listener_ = &listener; }
  void StopListening() { listener_ = nullptr; }

 private:
  bool requested_ = false;
  Listener* listener_ = nullptr;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_CANCELLATION_H_
