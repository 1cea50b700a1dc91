#ifndef TCGATE_SERVICE_RPC_CERTIFICATE_WATCH_H_
#define TCGATE_SERVICE_RPC_CERTIFICATE_WATCH_H_

#include <chrono>
#include <condition_variable>
#include <thread>

#include "service/base/mutex.h"
#include "service/rpc/certificate_files.h"

namespace tcgate {

// How often files are looked at: chosen, so that new ones are in use within a
// second and three small files cost nothing.
inline constexpr std::chrono::milliseconds kCertificateLook{250};

// Looks at the files of a listener on a thread of its own, since a disk may
// block, from construction to destruction.
class CertificateWatch {
 public:
  // `files` must outlive it.
  explicit CertificateWatch(CertificateFiles& files);
  ~CertificateWatch();
  CertificateWatch(const CertificateWatch&) = delete;
  CertificateWatch& operator=(const CertificateWatch&) = delete;

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mu_);

  CertificateFiles& files_;
  Mutex mu_;
  std::condition_variable_any changed_;
  bool ending_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_RPC_CERTIFICATE_WATCH_H_
