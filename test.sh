#!/bin/sh
# Builds everything and runs all tests: ./test.sh [arguments for the test program, such as -namespace Driftlock.Tests.Cbad]
set -eu
cd "$(dirname "$0")"
. .ci/machine.sh

need_dotnet
need_postgres
need redis-server redis-server
need chromium chromium
need setpriv util-linux
install_missing
choose_packages

say "Building"
dotnet build Driftlock.sln --nologo -v quiet -clp:NoSummary
say "Testing"
exec dotnet exec artifacts/bin/Driftlock.Tests/debug/Driftlock.Tests.dll "$@"
