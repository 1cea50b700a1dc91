#ifndef TCGATE_SERVICE_HTTP_CURL_STREAM_H_
#define TCGATE_SERVICE_HTTP_CURL_STREAM_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "service/http/curl_client.h"
#include "service/http/curl_transfer.h"
#include "service/http/http.h"
#include "service/http/resolver.h"
#include "service/http/wait.h"

namespace tcgate {

// An exchange whose answer is read while it comes. libcurl is told to pause
// when `kMostBuffered` wait here: then it does not look at the socket, and the
// server feels it.
class CurlStream final : public HttpStream, private CurlTransfer {
 public:
  // Chosen: enough that a stream does not stutter, little enough that
  // thousands fit. libcurl hands over up to 16 KiB at once on top.
  static constexpr std::size_t kMostBuffered = 64 * 1024;

  // Everything passed by reference must outlive it.
  CurlStream(Loop& loop, CurlMulti& multi, Resolver& resolver,
             const CurlClientOptions& options, HttpRequest request,
             Cancellation& cancel);
  ~CurlStream() override;

  Task<std::string> Read(MonoTime until) override;
  const HttpResult& result() const override { return CurlTransfer::result(); }
  std::string Header(const char* name) const override;

 private:
  enum class State { kNew, kGoing, kOver };

  // Finds the host and sends the request. False: it is over.
  Task<bool> Start(MonoTime until);
  void Continue();
  void Finish(WokenBy woken_by);

  std::size_t TakeBody(absl::string_view part) override;
  void OnMore() override { Wake(); }
  bool paused() const override { return paused_; }
  void OnOver() override;
  void Wake();

  Loop& loop_;
  Resolver& resolver_;
  const CurlClientOptions& options_;
  const HttpRequest request_;
  Cancellation& cancel_;
  State state_ = State::kNew;
  std::string resolve_;    // As `Begin` takes it.
  Addresses addresses_;    // Of the host; null: it is one, or not found.
  bool all_here_ = false;  // Nothing more will come.
  bool paused_ = false;
  Wait* reading_ = nullptr;  // What `Read` waits in.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_HTTP_CURL_STREAM_H_
