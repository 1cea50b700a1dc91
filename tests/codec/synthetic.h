#ifndef TCGATE_TESTS_CODEC_SYNTHETIC_H_
#define TCGATE_TESTS_CODEC_SYNTHETIC_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "service/codec/table.h"

namespace tcgate {

// A catalogue made for tests: every type, recursion, 13 levels, 106 fields,
// names that differ only in case. See synthetic.cc for the messages. Dies if it
// does not compile.
class Synthetic {
 public:
  Synthetic();

  const google::protobuf::Descriptor& Of(absl::string_view message) const;
  const MessageTable& Table(absl::string_view message);
  std::unique_ptr<google::protobuf::Message> New(absl::string_view message);

  // Returns the wire bytes of `message` written in protobuf's text format.
  std::string Wire(absl::string_view message, absl::string_view text);

  // The reverse, on one line.
  std::string Text(absl::string_view message, absl::string_view wire);

 private:
  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_;
  Tables tables_;
};

}  // namespace tcgate

#endif  // TCGATE_TESTS_CODEC_SYNTHETIC_H_
