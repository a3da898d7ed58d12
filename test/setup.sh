#!/bin/sh
# Makes sure that what tests drive is there: Chromium for the pages, redis-server for the registry of several schedulers.
# Run by `npm test`; quick when both are.
set -eu

missing() {
  [ -x /usr/bin/chromium ] || echo chromium
  command -v redis-server >/dev/null 2>&1 || echo redis-server
}

[ -z "$(missing)" ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2046
  if apt-get update -qq && apt-get install -qq -y --no-install-recommends $(missing) && [ -z "$(missing)" ]; then
    exit 0
  fi
fi

echo "test/setup.sh: the tests need Chromium as /usr/bin/chromium, and redis-server; on Debian, as root: apt-get install" $(missing) >&2
exit 1
