#!/bin/sh
# Runs all tests, in the parts that ava.config.js makes: those that only compute beside those that have a real clock, in what
# time these leave, and told afterwards; then those that want the cores alone. What has a real clock and fails beside others
# may have waited for a core: such files are run once more with those that have the cores alone, and what comes of it then
# holds. More than MOST_AGAIN of them are no accident.
set -eu
MOST_AGAIN=3

computed=$(mktemp)
timed=$(mktemp)
TESTS=computing nice -n 19 ava >"$computed" 2>&1 &
computing=$!
# Who stops this on the way stops them too.
trap '[ -z "$computing" ] || kill "$computing" 2>/dev/null || true; rm -f "$computed" "$timed" "$timed.code"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

{
  TESTS=real-time ava 2>&1 && echo 0 >"$timed.code" || echo $? >"$timed.code"
} | tee "$timed"
again=
if [ "$(cat "$timed.code")" -ne 0 ]; then
  again=$(node test/failed-files.ts "$timed")
  count=$(echo "$again" | wc -w)
  if [ "$count" -eq 0 ] || [ "$count" -gt "$MOST_AGAIN" ]; then exit 1; fi
fi

code=0
wait "$computing" || code=$?
computing=
cat "$computed"
[ "$code" -eq 0 ] || exit "$code"

if [ -n "$again" ]; then
  echo "Failed beside others, and run again alone:"
  echo "$again"
fi
TESTS=alone AGAIN=$again ava
