// Where the viewers of load are.
#pragma once

#include <cstdint>

namespace zrtc {

// Their addresses begin after this one, in host byte order: out of 127.0.0.0/8, away from what else listens there.
constexpr uint32_t kCrowdAddress = 0x7f010000;

}  // namespace zrtc
