# Sourced by the comparisons with other tools: installs those that can be, and says which are there.
#
# pgloader comes from Debian, where apt is; dlt and pandas from PyPI, into BENCH_DATA/venv, in the versions named here.

source "$root/samples/install-packages.sh"

# install_alternatives: sets `alternatives` to the names of those that are there.
install_alternatives() {
    alternatives=(psql)
    if command -v apt-get >/dev/null; then (install_packages pgloader: python3-venv:) || true; fi
    if command -v pgloader >/dev/null; then
        alternatives+=(pgloader)
    else
        echo "note: pgloader is missing and is left out" >&2
    fi
    local venv=$BENCH_DATA/venv
    if [[ ! -f $venv/complete ]]; then
        echo "installing dlt and pandas into $venv" >&2
        if python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check \
            'dlt[postgres]==1.31.0' pyarrow==26.0.1 pandas==3.1.1 sqlalchemy==2.1.9 psycopg2-binary==2.9.13 >&2; then
            touch "$venv/complete"
        fi
    fi
    if [[ -f $venv/complete ]]; then
        alternatives+=(dlt pandas)
    else
        echo "note: dlt and pandas could not be installed and are left out" >&2
    fi
}

# install_readers: adds those to `alternatives` that read and check a file, and leave the mapping to SQL.
install_readers() {
    local venv=$BENCH_DATA/venv-readers
    if [[ ! -f $venv/complete ]]; then
        echo "installing csvkit, frictionless and duckdb into $venv" >&2
        if python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check \
            csvkit==2.2.0 frictionless==5.21.0 duckdb==2.0.0 psycopg2-binary==2.9.13 >&2; then
            touch "$venv/complete"
        fi
    fi
    if [[ -f $venv/complete ]]; then
        alternatives+=(csvkit frictionless duckdb)
    else
        echo "note: csvkit, frictionless and duckdb could not be installed and are left out" >&2
    fi
}

# alternative NAME: the command that loads BENCH_CSV with it.
alternative() {
    case $1 in
    psql | pgloader) printf '%q' "$benchmarks/alternatives/$1.sh" ;;
    dlt | pandas) printf 'env RUNTIME__DLTHUB_TELEMETRY=false RUNTIME__LOG_LEVEL=ERROR %q %q' \
        "$BENCH_DATA/venv/bin/python" "$benchmarks/alternatives/$1_load.py" ;;
    csvkit) printf 'env BENCH_CSVKIT=%q %q' "$BENCH_DATA/venv-readers/bin" "$benchmarks/alternatives/csvkit.sh" ;;
    frictionless | duckdb) printf '%q %q' \
        "$BENCH_DATA/venv-readers/bin/python" "$benchmarks/alternatives/$1_load.py" ;;
    esac
}
