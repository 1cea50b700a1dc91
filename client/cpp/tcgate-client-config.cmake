include(CMakeFindDependencyMacro)
# Before gRPC, whose package would look for them less strictly.
find_dependency(Protobuf)
find_dependency(absl CONFIG)
find_dependency(gRPC CONFIG)
include(${CMAKE_CURRENT_LIST_DIR}/tcgate-client-targets.cmake)
