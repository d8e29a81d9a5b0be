#!/usr/bin/env bash
# Independent tools that the witness tests use: The Sleuth Kit reads our images, Chromium opens our report.
# Installs what is absent where it may (root and apt-get); otherwise says what will not be tested.
set -u
say() { printf 'witness: %s\n' "$*"; }
missing=()
command -v fls >/dev/null || missing+=(sleuthkit)
command -v chromium >/dev/null || missing+=(chromium)
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  mkdir -p .witness
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}") >.witness/apt-tools.log 2>&1 || true
fi
code=0
for tool in fls chromium; do
  if command -v "$tool" >/dev/null; then say "$tool: $("$tool" $([ "$tool" = fls ] && echo -V || echo --version) 2>/dev/null | head -n 1)"; else
    say "$tool is ABSENT: what needs it is NOT tested"
    code=1
  fi
done
exit $code
