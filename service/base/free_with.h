#ifndef TCGATE_SERVICE_BASE_FREE_WITH_H_
#define TCGATE_SERVICE_BASE_FREE_WITH_H_

namespace tcgate {

// Deleter of a `std::unique_ptr` for objects of a C library, such as
// `std::unique_ptr<X509, FreeWith<X509_free>>`.
template <auto kFree>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

}  // namespace tcgate

#endif  // TCGATE_SERVICE_BASE_FREE_WITH_H_
