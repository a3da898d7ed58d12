#!/bin/sh
# Runs a command where there is no network but loopback, so that no client of a test offers or tries another address:
# in a network namespace of its own where this user may make one (root), else as it is.
set -eu

if command -v ip >/dev/null 2>&1 && unshare --net true 2>/dev/null; then
  exec unshare --net sh -c 'ip link set lo up && exec "$@"' isolated "$@"
fi
exec "$@"
