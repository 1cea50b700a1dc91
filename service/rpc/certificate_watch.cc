#include "service/rpc/certificate_watch.h"

namespace tcgate {

CertificateWatch::CertificateWatch(CertificateFiles& files)
    : files_(files), thread_(&CertificateWatch::Run, this) {}

CertificateWatch::~CertificateWatch() {
  {
    MutexLock lock(mu_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void CertificateWatch::Run() {
  while (true) {
    {
      MutexLock lock(mu_);
      if (!ending_) changed_.wait_for(mu_, kCertificateLook);
      if (ending_) return;
    }
    files_.Look();
  }
}

}  // namespace tcgate
