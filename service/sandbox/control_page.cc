#include "absl/strings/string_view.h"
#include "service/sandbox/control.h"

namespace tcgate {

absl::string_view ControlPage() {
  return R"(tcgate sandbox: an imitation of Tencent Cloud TRRO and TRTC

Requests are checked as the vendor checks them; what they make is remembered until
the process ends, for each SecretId apart. Nothing leaves this machine.

WHO CAN CALL IT
  tcgate sandbox          Point an official SDK, tccli or the `endpoint` of a
                          gateway's account at this address. Sign with --secret-id
                          and --secret-key; without them, with the key that it
                          printed at its start.
  tcgate serve --sandbox  Only that gateway has the key: call the gateway. The
                          control below is for everybody.

WHAT IS REMEMBERED
  trro  projects, devices, policies, licenses, recordings, live streams, annotation
        jobs. It begins with two projects and eleven licenses. Sessions pass by,
        one to four minutes long, every five minutes for each remote device that is
        there (a new device is there after a minute); lists, statistics and minutes
        are those of these sessions, of the last day.
  trtc  tasks (recording, moderation, slicing, transcription, mixing, relay, ingest,
        web record, AI conversation, speech), rooms, pictures, voice prints,
        vocabularies. A task that was stopped does not exist.
  Every other action is answered in the form of its type, with zeros. Deleting a
  project takes what is in it. 100,000 records of a kind and 64 MiB are held at most;
  then LimitExceeded.

LIMITS
  The vendor's, by action and SecretId: 20 calls in a second unless documented
  otherwise; one more is RequestLimitExceeded.

CONTROL  (JSON, no signature)
  SANDBOX is http://ADDRESS; inside `serve --sandbox`, and of `sandbox --tls`, it is
  https://ADDRESS with a certificate made at the start: add -k.

  curl SANDBOX/_sandbox/stats
        what ran and what was refused, by action and code
  curl -d '{}' SANDBOX/_sandbox/reset
        forgets all that was made, counts and faults; the accounts begin anew
  curl -d '{"enabled":false}' SANDBOX/_sandbox/limits
        no limits, as for a load test (also: --no-limits at the start)
  curl -d '[{"kind":"latency","ms":200,"match":"trro.*"}]' SANDBOX/_sandbox/faults
        replaces the faults in force; [] ends them; a GET lists those that are left.
        The first that matches a request is taken. Members:
          kind    latency           answers `ms` later
                  reset, truncate   runs the action; the reply breaks half-way
                  close_after_read  runs the action; no reply at all
                  status, not_json  a front end's page, with `status` (502) or 200
                  limit             refuses with `code` (RequestLimitExceeded)
                  clock_skew        a clock that is `ms` ahead
                  stream_error      an error event with `code` (InternalError) in the
                                    middle of a stream
          match   actions, as trro.Describe*; all without
          share   of the requests, 0 to 1; `seed` decides which
          times   so many requests; without end, if absent

A stream (TextToSpeechSSE) has one event for each ten characters of its text.
)";
}

}  // namespace tcgate
