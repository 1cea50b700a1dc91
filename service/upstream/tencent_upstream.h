#ifndef TCGATE_SERVICE_UPSTREAM_TENCENT_UPSTREAM_H_
#define TCGATE_SERVICE_UPSTREAM_TENCENT_UPSTREAM_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "service/catalog/action.h"
#include "service/codec/decode.h"
#include "service/codec/table.h"
#include "service/http/http.h"
#include "service/http/loop.h"
#include "service/telemetry/metrics.h"
#include "service/upstream/event_reader.h"
#include "service/upstream/hosts.h"
#include "service/upstream/judge.h"
#include "service/upstream/signers.h"
#include "service/upstream/upstream.h"
#include "service/upstream/warm_connections.h"

namespace tcgate {

// Attempts against Tencent Cloud API 3.0: signed POSTs with a JSON body, the
// way the official SDKs send them. Counts every request in `metrics`.
//
// Beside what judge.h says of an answer that failed, an attempt ends before
// anything is sent (`ran` no) as INTERNAL, NO_CREDENTIAL: no signing key for
// today. As where the vendor refuses the key: nothing that the caller could
// change.
class TencentUpstream final : public Upstream {
 public:
  // Everything given must outlive this object. Makes the tables of all
  // `actions`, which are the catalogue's. A reply may have `max_reply_bytes`
  // after decompression. `warm` is told of the load; null: nobody is.
  TencentUpstream(const std::deque<Action>& actions, Tables& tables,
                  KeyRing& keys, HttpClient& http, Loop& loop,
                  const Clock& clock, Metrics& metrics,
                  std::size_t max_reply_bytes, WarmConnections* warm = nullptr);

  Route Choose(const Account& account, const Action& action,
               const Endpoint* avoid) override;

  Task<AttemptResult> Attempt(AttemptRequest request,
                              Cancellation& cancel) override;
  Task<AttemptResult> Stream(AttemptRequest request, EventSink& sink,
                             Cancellation& cancel) override;
  Outcome CorrectClock(const AttemptRequest& request,
                       WallTime server_time) override;
  Task<bool> RefreshCredential(AttemptRequest request,
                               std::shared_ptr<const SigningKey> refused,
                               MonoTime until, Cancellation& cancel) override;

 private:
  struct ActionTables {
    const MessageTable* request;
    const MessageTable* response;
  };
  // A second of the calendar in the forms that a request needs.
  struct Second {
    std::int64_t unix_seconds = -1;
    std::string text;  // Decimal.
    std::string date;  // UTC, `2022-01-01`.
  };

  // What is sent, or why nothing is.
  struct Prepared {
    std::shared_ptr<const SigningKey> key;  // Null: refused.
    HttpRequest http;
    Outcome refusal;
    MonoTime began;
  };

  Prepared Prepare(const AttemptRequest& request);
  const Second& Now(std::chrono::seconds clock_offset);
  HttpRequest Sign(const AttemptRequest& request, KeyedSigner& with,
                   const Second& now) const;
  AttemptResult Judge(const AttemptRequest& request, const Prepared& prepared,
                      HttpResult answer);
  void Accept(const Action& action, Decoded& decoded, AttemptResult& result);
  void CountLosses(const Action& action, const Decoded& decoded);
  Outcome Failed(const AttemptRequest& request, const HttpResult& answer,
                 MonoTime began, bool host_is_well);
  void Learn(const AttemptRequest& request, HostSign sign, MonoTime began);
  void ShowBreaker(const Endpoint& endpoint);
  Outcome StreamEnded(const AttemptRequest& request, const Prepared& prepared,
                      const EventReader& reader, EventReader::Found found,
                      const Decoded& decoded);
  Outcome Refused(const AttemptRequest& request, const SigningKey& key,
                  const Decoded& decoded) const;

  std::vector<ActionTables> tables_;  // By `Action::index`.
  KeyRing& keys_;
  HttpClient& http_;
  Loop& loop_;
  const Clock& clock_;
  Metrics& metrics_;
  const std::size_t max_reply_bytes_;
  WarmConnections* const warm_;
  Hosts hosts_;
  Signers signers_;
  Decoder decoder_;
  Second now_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_TENCENT_UPSTREAM_H_
