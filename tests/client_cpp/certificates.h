#ifndef TCGATE_TESTS_CLIENT_CPP_CERTIFICATES_H_
#define TCGATE_TESTS_CLIENT_CPP_CERTIFICATES_H_

#include <filesystem>
#include <string>

namespace tcgate::client {

// A throw-away certificate authority in a folder of its own, made by the
// command `openssl`. Files are PEM.
class Certificates {
 public:
  Certificates();
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  // Makes NAME.pem and NAME.key, signed by the authority, for what `names`
  // says, such as `DNS:localhost`.
  void Issue(const std::string& name, const std::string& names);

  std::string ca() const { return File("ca.pem"); }
  std::string File(const std::string& name) const { return folder_ / name; }
  std::string Read(const std::string& name) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace tcgate::client

#endif  // TCGATE_TESTS_CLIENT_CPP_CERTIFICATES_H_
