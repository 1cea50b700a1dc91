#include "tests/client_cpp/certificates.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tcgate::client {
namespace {

constexpr char kNew[] =
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    " -days 2 2>/dev/null";

void Run(const std::string& command) {
  if (std::system(command.c_str()) != 0) {
    throw std::runtime_error("failed: " + command);
  }
}

}  // namespace

Certificates::Certificates() {
  std::string path =
      (std::filesystem::temp_directory_path() / "tcgate-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error(path);
  folder_ = path;
  Run(std::string(kNew) + " -keyout " + File("ca.key") + " -out " + ca() +
      " -subj '/CN=test CA'");
}

Certificates::~Certificates() { std::filesystem::remove_all(folder_); }

void Certificates::Issue(const std::string& name, const std::string& names) {
  Run(std::string(kNew) + " -CA " + ca() + " -CAkey " + File("ca.key") +
      " -keyout " + File(name + ".key") + " -out " + File(name + ".pem") +
      " -subj /CN=" + name + " -addext basicConstraints=CA:FALSE" +
      " -addext subjectAltName=" + names);
}

std::string Certificates::Read(const std::string& name) const {
  std::ifstream file(File(name));
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace tcgate::client
