#!/bin/sh
# Builds the native engine where it can be built: with a C++ compiler, make and python3. Where it cannot, zrtc runs on its
# portable engine and says so at its start; so this never fails. Run by `npm ci`, and before each start, where it does
# nothing unless something here has changed since the last time.
cd "$(dirname "$0")" || exit 0
tried=build/tried
[ -e "$tried" ] && [ -z "$(find src binding.gyp build.sh -newer "$tried")" ] && exit 0

output=$(JOBS=max node-gyp rebuild 2>&1) ||
  echo "zrtc: the native engine could not be built, so the portable one will be used (why: transports/native/build/output)"
mkdir -p build
printf '%s\n' "$output" >build/output
touch "$tried"
