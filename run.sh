#!/bin/sh
# Starts all of Driftlock from a bare machine and feeds it the sample: ./run.sh, or ./run.sh --once to stop after it was judged.
set -eu
cd "$(dirname "$0")"
. .ci/machine.sh

once=false
case ${1:-} in
  --once) once=true ;;
  "") ;;
  *) fail "usage: ./run.sh [--once]" ;;
esac

need_dotnet
need_postgres
need redis-server redis-server
need curl curl
need setpriv util-linux
install_missing
choose_packages

say "Building"
dotnet build Driftlock.sln --nologo -v quiet -clp:NoSummary

# The key by which this script asks the API; the same from run to run, readable by its owner only.
key_file=artifacts/api-key
[ -s $key_file ] || (umask 077 && printf 'dlk_%s' "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')" > $key_file)
key=$(cat $key_file)

log=artifacts/logs/apphost.log
: > $log
host=""
stop() {
  trap - EXIT INT TERM
  if [ -n "$host" ] && kill -TERM "$host" 2> /dev/null; then
    wait "$host" || true
  fi
}
trap 'stop' EXIT
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM

say "Starting (log: $log)"
env "Parameters__api-key=$key" dotnet exec artifacts/bin/Driftlock.AppHost/debug/Driftlock.AppHost.dll > $log 2>&1 &
host=$!

# until_true SECONDS WHAT COMMAND...: waits for the command to succeed while the AppHost lives.
until_true() {
  left=$(($1 * 5)); what=$2; shift 2
  until "$@"; do
    kill -0 "$host" 2> /dev/null || { tail -20 $log >&2; fail "The AppHost ended while waiting for $what."; }
    [ $left -gt 0 ] || { tail -20 $log >&2; fail "Gave up waiting for $what."; }
    left=$((left - 1))
    sleep 0.2
  done
}
table_printed() { grep -q '^  logs: ' $log; }
address() { awk -v r="$1" -v e="$2" '$1 == r && $3 == e { print $4; exit }' $log; }
ask() { curl -sS --max-time 10 -H "X-Api-Key: $key" "$api$1" 2> /dev/null; }
# number NAME: the first number of that name in JSON on stdin.
number() { sed -n "s/.*\"$1\":\([0-9][0-9]*\).*/\1/p" | head -1; }
total_anomalies() { sed -n 's/.*"anomalies":{[^}]*"total":\([0-9][0-9]*\).*/\1/p'; }

until_true 120 "the stack to come up" table_printed
sed -n '/^  resource /,/^  logs: /p' $log
if grep -Eq '^  [a-z]+ +(FailedToStart|Exited)' $log; then
  fail "Not everything came up; see artifacts/logs."
fi
api=$(address api http)
[ -n "$api" ] || fail "The API has no address; see $log."
say "  dashboard: $(address web http)   API key: $key"

if [ $once = false ]; then
  say "  Ctrl+C stops everything."
  wait "$host" || true
  exit 0
fi

# Judged: the sample has come in and the detectors have no entry left before them, twice in a row.
calm=0
judged() {
  summary=$(ask /api/v1/analytics/summary) || return 1
  windows=$(printf '%s' "$summary" | sed -n 's/.*"windows":\([0-9][0-9]*\),"anomalies".*/\1/p')
  entries=$(printf '%s' "$summary" | number entries)
  if [ "${windows:-0}" -gt 0 ] && [ "${entries:-1}" = 0 ]; then calm=$((calm + 1)); else calm=0; fi
  [ $calm -ge 10 ]
}
until_true 90 "the sample to be judged" judged
anomalies=$(printf '%s' "$summary" | total_anomalies)
stop
say "anomalies: ${anomalies:-0}"
[ "${anomalies:-0}" -gt 0 ]
