// The clock of transports/clock.ts, which all threads and processes of a machine share.
#pragma once

#include <ctime>

namespace zrtc {

inline double ClockMs(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

inline double MonotonicMs() { return ClockMs(CLOCK_MONOTONIC); }

}  // namespace zrtc
