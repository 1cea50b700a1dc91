#include "tests/codec/synthetic.h"

#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/text_format.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "tcgate/options/v1/options.pb.h"

namespace tcgate {
namespace {
using google::protobuf::Message;

constexpr char kMessages[] = R"(
syntax = "proto3";
package synthetic;
import "tcgate/options/v1/options.proto";

enum Colour { NONE = 0; RED = 1; BLUE = -2; }

message Leaf {
  optional string name = 1 [json_name = "Name"];
  optional int64 count = 2 [json_name = "Count"];
}

// The types of the API, as in a reply.
message Api {
  optional int64 i = 1 [json_name = "I"];
  optional uint64 u = 2 [json_name = "U"];
  optional double d = 3 [json_name = "D"];
  optional bool b = 4 [json_name = "B"];
  optional string s = 5 [json_name = "S"];
  optional bytes y = 6 [json_name = "Y"];
  Leaf o = 7 [json_name = "O"];
  repeated int64 li = 11 [json_name = "Li"];
  repeated uint64 lu = 12 [json_name = "Lu"];
  repeated double ld = 13 [json_name = "Ld"];
  repeated bool lb = 14 [json_name = "Lb"];
  repeated string ls = 15 [json_name = "Ls"];
  repeated Leaf lo = 17 [json_name = "Lo"];
  optional string request_id = 2000 [json_name = "RequestId"];
}

// Every type that a field can have, once and as a list, out of order.
message All {
  repeated sint32 ls32 = 27 [json_name = "Ls32"];
  optional int32 i32 = 1 [json_name = "I32"];
  optional int64 i64 = 2 [json_name = "I64"];
  optional uint32 u32 = 3 [json_name = "U32"];
  optional uint64 u64 = 4 [json_name = "U64"];
  optional sint32 s32 = 5 [json_name = "S32"];
  optional sint64 s64 = 6 [json_name = "S64"];
  optional fixed32 f32 = 7 [json_name = "F32"];
  optional fixed64 f64 = 8 [json_name = "F64"];
  optional sfixed32 sf32 = 9 [json_name = "Sf32"];
  optional sfixed64 sf64 = 10 [json_name = "Sf64"];
  optional float flt = 11 [json_name = "Flt"];
  optional double dbl = 12 [json_name = "Dbl"];
  optional bool ok = 13 [json_name = "Ok"];
  optional string str = 14 [json_name = "Str"];
  optional Colour colour = 15 [json_name = "Colour"];
  Leaf leaf = 16 [json_name = "Leaf"];
  All self = 17 [json_name = "Self"];
  repeated int32 li32 = 21 [json_name = "Li32"];
  repeated int64 li64 = 22 [json_name = "Li64"];
  repeated uint64 lu64 = 24 [json_name = "Lu64", packed = false];
  repeated fixed32 lf32 = 28 [json_name = "Lf32"];
  repeated sfixed64 lsf64 = 29 [json_name = "Lsf64"];
  repeated float lflt = 30 [json_name = "Lflt"];
  repeated double ldbl = 31 [json_name = "Ldbl"];
  repeated bool lok = 32 [json_name = "Lok"];
  repeated string lstr = 33 [json_name = "Lstr"];
  repeated Colour lcolour = 34 [json_name = "Lcolour"];
  repeated Leaf lleaf = 35 [json_name = "Lleaf"];
  repeated All lself = 536870911 [json_name = "Lself"];
}

// Two names that differ only in case, beside one that stands alone.
message Cases {
  optional string subdomain = 1 [json_name = "Subdomain"];
  optional string sub_domain_2 = 2 [json_name = "SubDomain"];
  optional string src_port = 3 [json_name = "SrcPort"];
}

// Messages that contain each other.
message Ping { Pong pong = 1 [json_name = "Pong"]; }
message Pong {
  Ping ping = 1 [json_name = "Ping"];
  repeated string tags = 2 [json_name = "Tags"];
}

// Replies with an `Error` of their own, and without any member of envelopes.
message OwnError {
  optional string status = 1 [json_name = "Status"];
  Fault error = 2 [json_name = "Error"];
  optional string request_id = 3 [json_name = "RequestId"];
}
message Fault {
  optional string code = 1 [json_name = "Code"];
  optional string message = 2 [json_name = "Message"];
}
message Empty {}
message OwnResponse { Leaf response = 1 [json_name = "Response"]; }

message Secrets {
  optional string open = 1 [json_name = "Open"];
  optional string key = 2 [json_name = "Key", (tcgate.options.v1.field) = {sensitive: true}];
  repeated string keys = 3 [json_name = "Keys", (tcgate.options.v1.field) = {sensitive: true}];
  optional int64 pin = 4 [json_name = "Pin", (tcgate.options.v1.field) = {sensitive: true}];
  Leaf hidden = 5 [json_name = "Hidden", (tcgate.options.v1.field) = {sensitive: true}];
  repeated Secrets more = 6 [json_name = "More"];
}
)";

std::string Source() {
  std::string source = kMessages;
  absl::StrAppend(&source, "message Wide {\n");
  for (int i = 1; i <= 106; ++i) {
    absl::StrAppend(&source, "optional ", i % 2 == 0 ? "string" : "int64", " f",
                    i, " = ", i, " [json_name = \"F", i, "\"];\n");
  }
  absl::StrAppend(&source, "}\n");
  for (int i = 1; i < 13; ++i) {
    absl::StrAppend(&source, "message Level", i, " { repeated Level", i + 1,
                    " next = 1 [json_name = \"Next\"]; }\n");
  }
  absl::StrAppend(&source,
                  "message Level13 { optional string end = 1 "
                  "[json_name = \"End\"]; }\n");
  return source;
}

class Complain final : public google::protobuf::io::ErrorCollector {
  void AddError(int line, int, const std::string& message) override {
    std::fprintf(stderr, "synthetic.proto:%d: %s\n", line + 1, message.c_str());
  }
};

[[noreturn]] void Die(absl::string_view what) {
  std::fprintf(stderr, "%s\n", std::string(what).c_str());
  std::abort();
}

}  // namespace

Synthetic::Synthetic()
    : pool_(google::protobuf::DescriptorPool::generated_pool()) {
  // So that the generated pool has the file, whose options are used above.
  options::v1::Field::descriptor();
  const std::string source = Source();
  google::protobuf::io::ArrayInputStream input(source.data(),
                                               static_cast<int>(source.size()));
  Complain complain;
  google::protobuf::io::Tokenizer tokenizer(&input, &complain);
  google::protobuf::compiler::Parser parser;
  parser.RecordErrorsTo(&complain);
  google::protobuf::FileDescriptorProto file;
  file.set_name("synthetic.proto");
  if (!parser.Parse(&tokenizer, &file) || pool_.BuildFile(file) == nullptr) {
    Die("synthetic.proto does not compile");
  }
}

const google::protobuf::Descriptor& Synthetic::Of(
    absl::string_view message) const {
  const google::protobuf::Descriptor* descriptor =
      pool_.FindMessageTypeByName(absl::StrCat("synthetic.", message));
  if (descriptor == nullptr) Die(absl::StrCat("no message ", message));
  return *descriptor;
}

const MessageTable& Synthetic::Table(absl::string_view message) {
  return tables_.For(Of(message));
}

std::unique_ptr<Message> Synthetic::New(absl::string_view message) {
  return std::unique_ptr<Message>(factory_.GetPrototype(&Of(message))->New());
}

std::string Synthetic::Wire(absl::string_view message, absl::string_view text) {
  const std::unique_ptr<Message> parsed = New(message);
  if (!google::protobuf::TextFormat::ParseFromString(std::string(text),
                                                     parsed.get())) {
    Die(absl::StrCat("no text of a ", message, ": ", text));
  }
  return parsed->SerializeAsString();
}

std::string Synthetic::Text(absl::string_view message, absl::string_view wire) {
  const std::unique_ptr<Message> parsed = New(message);
  if (!parsed->ParseFromString(std::string(wire))) return "(does not parse)";
  return parsed->ShortDebugString();
}

}  // namespace tcgate
