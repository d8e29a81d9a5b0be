/** Codes that say "refused, nothing happened, come again". */
const THROTTLED =
  'RequestLimitExceeded Throttling ThrottledException Throttled TooManyRequests RequestThrottled EC2Throttled SnapshotCreationPerVolumeRateExceeded';

/** What every printed script begins with. Runs in bash 3.2 and later, with aws CLI v1 and v2. */
export const PREAMBLE = String.raw`set -euo pipefail
export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off
FAILED=0 CODE='' OUT=''
ERR=$(mktemp)
trap 'rm -f "$ERR"' EXIT

# late CODES CODE: does this refusal mean "not yet"? "ours" stands for ids that this script made a moment ago.
late() {
  case " $1 ${THROTTLED} " in *" $2 "*) return 0 ;; esac
  case " $1 " in *' ours '*) case $2 in *NotFound* | NoSuch*) return 0 ;; esac ;; esac
  return 1
}
# ended STATUS: notes how one of several plans ended; 1 outweighs 3 (still waiting).
ended() { case $1 in 0) ;; 3) [ "$FAILED" != 0 ] || FAILED=3 ;; *) FAILED=1 ;; esac; }
# strip CODE: without the word that some services add.
strip() { printf '%s' "$1" | sed 's/Exception$//'; }
# call ALLOWED LATE ARGUMENT...: one aws command. OUT is its answer; CODE an error code that is allowed. Others end the script.
call() {
  local allowed=$1 late=$2 start=$SECONDS
  shift 2
  while :; do
    CODE=''
    if OUT=$(aws "$@" 2>"$ERR"); then return 0; fi
    CODE=$(sed -n 's/.*An error occurred (\([A-Za-z0-9._-]*\)).*/\1/p' "$ERR" | head -n 1)
    CODE=$(strip "$CODE")
    if [ -n "$CODE" ]; then
      case " $allowed " in *" $CODE "*) return 0 ;; esac
      if late "$late" "$CODE" && [ $((SECONDS - start)) -lt 60 ]; then sleep 2; continue; fi
    fi
    cat "$ERR" >&2
    return 1
  done
}
# wait_for EVERY LIMIT LATE ARGUMENT...: reads until the first field of the answer is "done". Seconds.
wait_for() {
  local every=$1 limit=$2 late=$3 start=$SECONDS
  shift 3
  while :; do
    if OUT=$(aws "$@" 2>"$ERR"); then
      case $(printf '%s\n' "$OUT" | sed -n '2s/[^a-z]//gp') in
        done) return 0 ;;
        failed) printf 'it failed, by AWS'\''s own account\n' >&2; return 1 ;;
      esac
    elif ! grep -q 'In function ' "$ERR"; then
      CODE=$(sed -n 's/.*An error occurred (\([A-Za-z0-9._-]*\)).*/\1/p' "$ERR" | head -n 1)
      if [ -z "$CODE" ] || ! late "$late" "$(strip "$CODE")"; then cat "$ERR" >&2; return 1; fi
    fi
    if [ $((SECONDS - start)) -ge "$limit" ]; then printf 'still not there after %s seconds; run these lines again from here\n' "$limit" >&2; exit 3; fi
    sleep "$every"
  done
}
# holds WHAT: the first field of the answer must be "done".
holds() {
  [ "$(printf '%s\n' "$OUT" | sed -n '2s/[^a-z]//gp')" = 'done' ] && return 0
  printf '%s: AWS does not show it\n' "$1" >&2
  return 1
}
# field N: the JSON text of the Nth value asked for; an empty one ends the script.
field() {
  local value
  value=$(printf '%s\n' "$OUT" | sed -n "$(($1 + 3))p" | sed -e 's/^ *"\[//' -e 's/\]",\{0,1\}$//' -e 's/\\\(["\\]\)/\1/g')
  case $value in '' | null | '[]' | '""') printf 'AWS'\''s answer lacks value %s\n' "$1" >&2; return 1 ;; esac
  printf '%s' "$value"
}
# inside TEXT: JSON text as the inside of a JSON string.
inside() { printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g'; }
# literal TEXT: JSON text as it may stand in a JMESPath literal.
literal() { printf '%s' "$1" | sed 's/${'`'}/\\u0060/g'; }
`;
