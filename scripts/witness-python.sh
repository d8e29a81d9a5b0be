#!/usr/bin/env bash
# Prepares the Python side of the witness tests: botocore and boto3, both generations of the aws CLI that pip and Debian
# carry, and moto's server. Everything from pip lands in .witness/venv. Fast when it is there already.
#   scripts/witness-python.sh            prepare
#   scripts/witness-python.sh --offline  only say what is there; exit 1 when the virtual environment is not ready
set -euo pipefail
cd "$(dirname "$0")/.."

# awscli requires exactly this botocore.
AWSCLI=1.45.11
BOTOCORE=1.43.11
MOTO=5.2.1
venv=.witness/venv
stamp=.witness/installed
want="awscli==$AWSCLI moto[server]==$MOTO boto3==$BOTOCORE botocore==$BOTOCORE"

say() { printf 'witness: %s\n' "$*"; }
versions() { "$venv/bin/python" -c 'import botocore, boto3, moto; print("botocore", botocore.__version__, "boto3", boto3.__version__, "moto", moto.__version__)'; }
ready() { [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && versions >/dev/null 2>&1; }

if ! ready; then
  if [ "${1:-}" = --offline ]; then
    say "NOT READY: $venv is absent or of another version; botocore, aws CLI v1 and moto are NOT tested"
    exit 1
  fi
  python=$(command -v python3 || true)
  if [ -z "$python" ]; then
    say "NOT READY: no python3 on the PATH; botocore, aws CLI v1 and moto are NOT tested"
    exit 1
  fi
  mkdir -p .witness
  rm -f "$stamp"
  "$python" -m venv --clear "$venv"
  # shellcheck disable=SC2086
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check $want
  printf '%s' "$want" >"$stamp"
fi
say "$(versions)"
say "$("$venv/bin/aws" --version 2>&1)"

# The distribution's aws CLI is a second, independent build (v2). Wanted, not required.
debian=/usr/bin/aws
if [ ! -x "$debian" ] && [ "${1:-}" != --offline ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  (apt-get update -qq && apt-get install -y -qq --no-install-recommends awscli) >.witness/apt.log 2>&1 || true
fi
if [ -x "$debian" ]; then
  say "$("$debian" --version 2>&1)"
else
  say "the distribution's aws CLI is ABSENT: what needs it is NOT tested (apt-get install awscli; see .witness/apt.log)"
fi
