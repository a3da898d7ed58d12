#!/bin/sh
# Runs all tests, in the parts that ava.config.js makes: those that only compute beside those that have a real clock, in what
# time these leave, and told afterwards; then, if all of them pass, those that want the cores alone.
set -eu

computed=$(mktemp)
TESTS=computing nice -n 19 ava >"$computed" 2>&1 &
computing=$!
# Who stops this on the way stops them too.
trap '[ -z "$computing" ] || kill "$computing" 2>/dev/null || true; rm -f "$computed"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

code=0
TESTS=real-time ava || code=$?
wait "$computing" || code=$?
computing=
cat "$computed"
[ "$code" -eq 0 ] || exit "$code"

TESTS=alone ava
