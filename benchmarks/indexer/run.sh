#!/usr/bin/env bash
# Builds and runs the comparison of indexers; writes report.md beside this file. Options: --events N, --rounds N, --without-peers.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
dotnet build benchmarks/indexer -c Release --nologo -v quiet -clp:NoSummary -nodeReuse:false
case " $* " in
  *" --without-peers "* | " lag "*) ;;
  *) [ -d benchmarks/indexer/ponder/node_modules ] || npm --prefix benchmarks/indexer/ponder ci --no-audit --no-fund --ignore-scripts ;;
esac
exec dotnet benchmarks/indexer/bin/Release/net10.0/FinanceChain.IndexerBenchmark.dll "$@"
