#ifndef TCGATE_SERVICE_UPSTREAM_TENCENT_UPSTREAM_H_
#define TCGATE_SERVICE_UPSTREAM_TENCENT_UPSTREAM_H_

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
#include "service/telemetry/metrics.h"
#include "service/upstream/endpoint.h"
#include "service/upstream/event_reader.h"
#include "service/upstream/signers.h"
#include "service/upstream/upstream.h"

namespace tcgate {

// Attempts against Tencent Cloud API 3.0: signed POSTs with a JSON body, the
// way the official SDKs send them. Counts every request in `metrics`.
//
// Beside what judge.h says of an answer that failed, an attempt ends before
// anything is sent (`ran` no) as
//   FAILED_PRECONDITION, INVALID_REQUEST  the account's site does not serve the
//                                         product: another account does
//   INTERNAL, NO_CREDENTIAL               no signing key for today. As where
//                                         the vendor refuses the key: nothing
//                                         that the caller could change
class TencentUpstream final : public Upstream {
 public:
  // Everything given must outlive this object. Makes the tables of all
  // `actions`, which are the catalogue's. A reply may have `max_reply_bytes`
  // after decompression.
  TencentUpstream(const std::deque<Action>& actions, Tables& tables,
                  KeyRing& keys, HttpClient& http, const Clock& clock,
                  Metrics& metrics, std::size_t max_reply_bytes);

  Task<AttemptResult> Attempt(AttemptRequest request,
                              Cancellation& cancel) override;
  Task<AttemptResult> Stream(AttemptRequest request, EventSink& sink,
                             Cancellation& cancel) override;

 private:
  struct ActionTables {
    const MessageTable* request;
    const MessageTable* response;
  };
  // A second of the calendar in the forms that a request needs.
  struct Second {
    std::int64_t unix_seconds = -1;
    std::string header;  // X-TC-Timestamp, whole.
    std::string date;    // UTC, `2022-01-01`.
  };

  // Where an attempt goes and what is sent, or why nothing is.
  struct Prepared {
    const Endpoint* endpoint = nullptr;     // Null: refused.
    std::shared_ptr<const SigningKey> key;  // By the answer it may be another.
    HttpRequest http;
    Outcome refusal;
  };

  Prepared Prepare(const AttemptRequest& request);
  const Second& Now();
  HttpRequest Sign(const AttemptRequest& request, const Endpoint& endpoint,
                   KeyedSigner& with, const Second& now) const;
  AttemptResult Judge(const AttemptRequest& request, const Endpoint& endpoint,
                      const SigningKey& key, HttpResult answer);
  void Accept(const Action& action, Decoded& decoded, AttemptResult& result);
  void CountLosses(const Action& action, const Decoded& decoded);
  Outcome Failed(const AttemptRequest& request, const Endpoint& endpoint,
                 const HttpResult& answer);
  Outcome StreamEnded(const AttemptRequest& request, const Prepared& prepared,
                      const EventReader& reader, EventReader::Found found,
                      const Decoded& decoded);
  Outcome Refused(const AttemptRequest& request, const SigningKey& key,
                  const Decoded& decoded) const;

  std::vector<ActionTables> tables_;  // By `Action::index`.
  HttpClient& http_;
  const Clock& clock_;
  Metrics& metrics_;
  const std::size_t max_reply_bytes_;
  Endpoints endpoints_;
  Signers signers_;
  Decoder decoder_;
  Second now_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_UPSTREAM_TENCENT_UPSTREAM_H_
