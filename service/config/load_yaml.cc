#include "service/config/load_yaml.h"

#include <yaml-cpp/eventhandler.h>

#include <sstream>

namespace tcgate {
namespace {

// Remembers only where the last document began.
class DocumentStart final : public YAML::EventHandler {
 public:
  int line() const { return line_; }  // From 1.

 private:
  using Mark = YAML::Mark;
  using Text = std::string;
  using Anchor = YAML::anchor_t;
  using Style = YAML::EmitterStyle::value;

  void OnDocumentStart(const Mark& mark) override { line_ = mark.line + 1; }
  void OnDocumentEnd() override {}
  void OnNull(const Mark&, Anchor) override {}
  void OnAlias(const Mark&, Anchor) override {}
  void OnScalar(const Mark&, const Text&, Anchor, const Text&) override {}
  void OnSequenceStart(const Mark&, const Text&, Anchor, Style) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const Mark&, const Text&, Anchor, Style) override {}
  void OnMapEnd() override {}

  int line_ = 1;
};

}  // namespace

YAML::Node LoadYaml(const std::string& text, Faults& faults) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStart start;
  if (parser.HandleNextDocument(start) && parser.HandleNextDocument(start)) {
    faults.Add(start.line(), "",
               "a second document, or what belongs to none, begins here; there "
               "may be one document");
    return {};
  }
  return YAML::Load(text);
}

}  // namespace tcgate
