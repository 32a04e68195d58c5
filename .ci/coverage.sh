# Says how many of the lines the tests reached, and fails where they are fewer than promised. Sourced by test.sh.

dotnet tool restore > artifacts/logs/tools.log || { cat artifacts/logs/tools.log >&2; fail "dotnet tool restore failed."; }

# reach PERCENT WHAT ASSEMBLIES: at least so many of the lines of these (a pattern).
reach() {
  folder="artifacts/coverage/$2"
  dotnet tool run reportgenerator "-reports:artifacts/coverage/*/coverage.cobertura.xml" "-targetdir:$folder" "-assemblyfilters:+$3" \
    "-reporttypes:TextSummary;HtmlSummary" "minimumCoverageThresholds:lineCoverage=$1" -verbosity:Warning ||
    fail "Fewer than $1 % of the lines of $2 are reached: see $folder/Summary.txt"
  sed -n "s/^ *Line coverage:/Lines reached of $2:/p" "$folder/Summary.txt"
}

reach 95 Driftlock.Cbad Driftlock.Cbad
reach 95 Driftlock.Telemetry Driftlock.Telemetry
reach 85 everything '*'
grep -i '^driftlock' artifacts/coverage/everything/Summary.txt
