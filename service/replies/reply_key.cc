#include "service/replies/reply_key.h"

#include <algorithm>

#include "absl/hash/hash.h"

namespace tcgate {

KeyView::KeyView(const ReplyRequest& request)
    : account(request.account),
      action(request.action),
      region(request.region),
      language(request.language),
      body(request.body),
      hash(absl::HashOf(account, action, region, language, body)) {}

KeyView KeyView::CopiedTo(char* text) const {
  KeyView copy = *this;
  for (absl::string_view* part : {&copy.region, &copy.language, &copy.body}) {
    char* const begin = text;
    text = std::copy(part->begin(), part->end(), begin);
    *part = absl::string_view(begin, part->size());
  }
  return copy;
}

ReplyKey::ReplyKey(const KeyView& key)
    : text_(std::make_unique<char[]>(key.text_bytes())),
      view_(key.CopiedTo(text_.get())) {}

}  // namespace tcgate
