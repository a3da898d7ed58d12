#!/bin/sh
# Builds what is of C++, where that can be: with a C++ compiler, make and python3. Where it cannot, zrtc runs on its portable
# engine and says so at its start, and benches that need native load clients say so; so this never fails. Run by `npm ci`,
# and before each start (`npm run native:build`), where it does nothing unless something has changed since the last time.
cd "$(dirname "$0")/../.." || exit 0
# npm brings it: without npm nothing has been tried.
command -v node-gyp >/dev/null || { echo "zrtc: npm run native:build, not this alone, builds what is of C++"; exit 0; }

# What it is, its folder, the consequence where it cannot be built, and the folders of sources that it is made of.
build() {
  what=$1 folder=$2 consequence=$3
  shift 3
  tried=$folder/build/tried
  [ -e "$tried" ] && [ -z "$(find "$@" "$folder/binding.gyp" transports/native/build.sh -newer "$tried")" ] && return
  output=$(JOBS=max node-gyp rebuild -C "$folder" 2>&1) ||
    echo "zrtc: $what could not be built, so $consequence (why: $folder/build/output)"
  mkdir -p "$folder/build"
  printf '%s\n' "$output" >"$folder/build/output"
  touch "$tried"
}

build 'the native engine' transports/native 'the portable one will be used' transports/native/src
build 'the native load clients' simulations/native 'some benches will not run' \
  simulations/native/src transports/native/src
