#ifndef TCGATE_SERVICE_REPLIES_REPLY_KEY_H_
#define TCGATE_SERVICE_REPLIES_REPLY_KEY_H_

#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"
#include "service/replies/reply_request.h"

namespace tcgate {

// What two reads that share a reply have in common, whole: account (and with it
// site), action (product and version), region, language, body. Refers to bytes
// of others; see `ReplyKey` for one that owns them.
struct KeyView {
  explicit KeyView(const ReplyRequest& request);

  friend bool operator==(const KeyView& a, const KeyView& b) {
    return a.hash == b.hash && a.account == b.account && a.action == b.action &&
           a.region == b.region && a.language == b.language && a.body == b.body;
  }

  std::size_t text_bytes() const {
    return region.size() + language.size() + body.size();
  }
  // Returns the same key after its text was copied to `text`, which has room
  // for `text_bytes()`.
  KeyView CopiedTo(char* text) const;

  const Account* account;
  const Action* action;
  absl::string_view region;
  absl::string_view language;
  absl::string_view body;
  // Of all the others, seeded by the process: nobody outside can choose it. It
  // only says where to look; a key is compared whole.
  std::size_t hash;
};

// A key that owns its bytes, in one piece. Immutable.
class ReplyKey {
 public:
  explicit ReplyKey(const KeyView& key);

  const KeyView& view() const { return view_; }

  // For tables of shared keys that are searched by views.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const KeyView& key) const { return key.hash; }
    std::size_t operator()(const std::shared_ptr<const ReplyKey>& key) const {
      return key->view().hash;
    }
  };
  struct Equal {
    using is_transparent = void;
    using Shared = std::shared_ptr<const ReplyKey>;
    bool operator()(const Shared& a, const Shared& b) const {
      return a->view() == b->view();
    }
    bool operator()(const Shared& a, const KeyView& b) const {
      return a->view() == b;
    }
    bool operator()(const KeyView& a, const Shared& b) const {
      return a == b->view();
    }
  };

 private:
  const std::unique_ptr<char[]> text_;
  const KeyView view_;  // Of `text_`.
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_REPLIES_REPLY_KEY_H_
