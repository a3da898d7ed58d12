#!/bin/sh
# The native engine under AddressSanitizer and UndefinedBehaviorSanitizer, in a build of its own: first its tests, then some
# minutes of made-up input for everything that takes bytes from outside.
#
#   npm run native:asan                                tests, then each of fuzz/*.ts for 2 minutes
#   npm run native:asan -- --minutes 10                ... for 10 minutes; 0 for one round of each
#   npm run native:asan -- --fuzz srtp [--seed 4711]   that one alone, or one round of it again
set -eu
cd "$(dirname "$0")/../../.."

minutes=2
fuzz=
seed=
while [ $# -gt 0 ]; do
  case "$1" in
    --minutes) minutes=$2 ;;
    --fuzz) fuzz=$2 ;;
    --seed) seed=$2 ;;
    *) echo "npm run native:asan takes --minutes, --fuzz and --seed, not $1" >&2; exit 2 ;;
  esac
  shift 2
done

# The same sources, built beside the build that the server uses.
folder=transports/native/build-asan
mkdir -p "$folder"
ln -sfn ../src "$folder/src"
ln -sfn ../binding.gyp "$folder/binding.gyp"
if ! (cd "$folder" && node-gyp configure -- -Dsanitize=1 && JOBS=max node-gyp build) >"$folder/output" 2>&1; then
  tail -n 20 "$folder/output" >&2
  echo "native:asan takes g++ with its sanitizers, make and python3; on Debian, as root: apt-get install g++ make python3" >&2
  exit 1
fi

# Node itself is built without; so the sanitizer has to be there before it.
sanitizer=$(g++ -print-file-name=libasan.so)
sanitized() {
  sh test/isolated.sh env NATIVE_BUILD=build-asan/build LD_PRELOAD="$sanitizer" \
    ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 \
    LSAN_OPTIONS=suppressions="$PWD/test/transports/native/leaks-of-node.txt:print_suppressions=0" \
    node "$@"
}

if [ -z "$fuzz" ]; then
  sanitized node_modules/ava/entrypoints/cli.mjs --timeout=10m 'test/transports/native/**/*.test.ts' \
    'test/transports/srtp/*.test.ts' 'test/transports/fanout/*.test.ts' 'test/transports/udp/*.test.ts'
fi
for program in test/transports/native/fuzz/${fuzz:-*}.ts; do
  # Those that run, and not what they share.
  grep -q '^await runRounds' "$program" || continue
  if ! sanitized "$program" --minutes "$minutes" ${seed:+--seed "$seed"}; then
    echo "native:asan: $program failed; the last line that names a seed says how to see it again" >&2
    exit 1
  fi
done
