#!/bin/sh
# Builds everything and runs all tests, with the lines counted that they reach: ./test.sh
# Runs some of them, without counting: ./test.sh -namespace Driftlock.Tests.Engine (or other arguments of the test program)
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

# Tests and the services that they start live for seconds: code that is compiled a second time by what it did costs them more than it gains.
export DOTNET_TieredPGO=0

say "Building"
dotnet build Driftlock.sln --nologo -v quiet -clp:NoSummary
say "Testing"
[ $# = 0 ] || exec dotnet exec artifacts/bin/Driftlock.Tests/debug/Driftlock.Tests.dll "$@"
rm -rf artifacts/coverage
dotnet msbuild Driftlock.Tests -nologo -target:VSTest -property:VSTestNoBuild=true -property:VSTestCollect="XPlat Code Coverage" \
  -property:VSTestSetting="$PWD/.ci/coverage.runsettings" -property:VSTestResultsDirectory="$PWD/artifacts/coverage"
. .ci/coverage.sh
