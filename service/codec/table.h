#ifndef TCGATE_SERVICE_CODEC_TABLE_H_
#define TCGATE_SERVICE_CODEC_TABLE_H_

#include <memory>

namespace google::protobuf {
class Descriptor;
}  // namespace google::protobuf

namespace tcgate {

struct MessageTable;  // See codec/message_table.h; opaque to callers.

// Tables made from descriptors: member name <-> field number, kind, table of
// the nested message. Both directions of the codec walk these, and never a
// message object. Recursive messages share one table.
//
// Built at start, immutable afterwards, then thread-safe.
class Tables {
 public:
  Tables();
  ~Tables();

  // Returns the table of `message`, made on first use. The reference lives as
  // long as this object; `message` must outlive it. Not thread-safe: call it
  // for every message before sharing the tables.
  const MessageTable& For(const google::protobuf::Descriptor& message);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_CODEC_TABLE_H_
