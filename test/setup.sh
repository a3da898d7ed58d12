#!/bin/sh
# Makes sure that Chromium is there, which the tests of the pages drive. Run by `npm test`; quick when it is.
set -eu

[ -x /usr/bin/chromium ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  if apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium && [ -x /usr/bin/chromium ]; then
    exit 0
  fi
fi

echo "test/setup.sh: the tests of the pages need Chromium as /usr/bin/chromium; on Debian, as root: apt-get install chromium" >&2
exit 1
