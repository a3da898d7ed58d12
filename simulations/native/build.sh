#!/bin/sh
# Builds the native load clients, which benches of load need, where C++ can be built; where it cannot, those benches say so.
# Run after the engine's build.sh, and like that does nothing unless something has changed since the last time.
cd "$(dirname "$0")" || exit 0
tried=build/tried
[ -e "$tried" ] && [ -z "$(find src binding.gyp build.sh ../../transports/native/src -newer "$tried")" ] && exit 0

output=$(JOBS=max node-gyp rebuild 2>&1) ||
  echo "zrtc: the native load clients could not be built, so some benches will not run (why: simulations/native/build/output)"
mkdir -p build
printf '%s\n' "$output" >build/output
touch "$tried"
