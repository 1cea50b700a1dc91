#ifndef TCGATE_CLIENT_CLI_COMPLETION_H_
#define TCGATE_CLIENT_CLI_COMPLETION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/base/flags.h"
#include "service/catalog/catalog.h"

namespace tcgate {

// Returns what a shell has to source for words behind `tcgate` to be completed;
// empty for a shell that is neither bash, zsh nor fish. It asks the program
// itself, by `tcgate complete -- WORD...`, so that it never grows old.
absl::string_view CompletionScript(absl::string_view shell);

// Returns what the last of `words` may become, in order. `words` are those
// behind `tcgate`, the last one as far as it is typed; `commands` are named
// `tcgate NAME`. Empty where anything may stand: shells then offer files.
std::vector<std::string> Complete(const std::vector<Command>& commands,
                                  const Catalog& catalog,
                                  const std::vector<absl::string_view>& words);

}  // namespace tcgate

#endif  // TCGATE_CLIENT_CLI_COMPLETION_H_
