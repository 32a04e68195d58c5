# Shell functions of run.sh and test.sh: what the machine lacks, and how it gets it. Sourced, with the repository as working folder.

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# need COMMAND PACKAGE: remembers the package when the command is missing.
missing=""
need() { command -v "$1" > /dev/null 2>&1 || missing="$missing $2"; }
need_postgres() {
  for folder in /usr/lib/postgresql/*/bin; do
    [ -x "$folder/initdb" ] && return
  done
  need initdb postgresql
}

# Installs what is missing where that is possible, and says so; otherwise says exactly what to do.
install_missing() {
  [ -z "$missing" ] && return
  sudo=""
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2> /dev/null && sudo="sudo" || fail "Missing:$missing. As root: apt-get update && apt-get install -y$missing"
  fi
  command -v apt-get > /dev/null 2>&1 || fail "Missing:$missing (names of Debian's packages); install them and start again."
  say "Installing with apt-get:$missing"
  # Debian's PostgreSQL would start a cluster of its own; ours are started by the AppHost.
  case $missing in *postgresql*)
    $sudo mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
      echo "create_main_cluster = false" | $sudo tee /etc/postgresql-common/createcluster.conf > /dev/null ;;
  esac
  # Neither may Redis: a policy that forbids starting services during this installation.
  policy=""
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    policy=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy > /dev/null
    $sudo chmod 755 $policy
  fi
  log=artifacts/logs/apt.log
  # shellcheck disable=SC2086 # a list of words
  if $sudo apt-get update > "$log" 2>&1 && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold $missing >> "$log" 2>&1
  then status=0; else status=1; fi
  [ -n "$policy" ] && $sudo rm -f "$policy"
  [ $status = 0 ] || { tail -5 "$log" >&2; fail "apt-get failed (all of it in $log)."; }
}

need_dotnet() {
  version=$(sed -n 's/.*"version": *"\([0-9]*\.[0-9]*\)[^"]*".*/\1/p' global.json | head -1)
  command -v dotnet > /dev/null 2>&1 && dotnet --list-sdks 2> /dev/null | grep -q "^${version}\." && return
  fail "The .NET SDK $version is not installed: see https://dot.net/download, or: curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel $version, and put ~/.dotnet on the PATH."
}

# Without containers real Aspire cannot run its servers, wherever its packages come from.
choose_packages() {
  if [ -z "${UseStandIns:-}" ] && ! docker info > /dev/null 2>&1; then
    UseStandIns=true
    export UseStandIns
  fi
}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
mkdir -p artifacts/logs
