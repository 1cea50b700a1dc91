#ifndef TCGATE_SERVICE_CODEC_ENVELOPE_H_
#define TCGATE_SERVICE_CODEC_ENVELOPE_H_

#include "service/codec/decode.h"
#include "service/codec/json_tokens.h"
#include "service/codec/message_decoder.h"
#include "service/codec/message_table.h"
#include "service/codec/wire_writer.h"

namespace tcgate {

// Takes a whole reply from `tokens` in one pass, `{"Response":{...}}` with
// whatever may stand beside `Response`, or the form of the time before version
// 3.0, `{"code":n,"message":"","codeDesc":""}`. `decoder` must have been
// started with the losses of the result, read from the same tokens and write to
// `wire`, where the bytes of the response are left.
Decoded::Kind ReadEnvelope(const MessageTable& table, JsonTokens& tokens,
                           MessageDecoder& decoder, const WireWriter& wire,
                           Decoded& decoded);

// The same for an event of a stream, whose object is the response itself. One
// in an envelope is taken, too, unless the type has a `Response` of its own.
Decoded::Kind ReadEvent(const MessageTable& table, JsonTokens& tokens,
                        MessageDecoder& decoder, const WireWriter& wire,
                        Decoded& decoded);

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_ENVELOPE_H_
