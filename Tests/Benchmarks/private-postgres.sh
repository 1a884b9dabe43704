# Sourced by the benchmarks of Postgres: a private cluster on a Unix socket, as user `postgres` where we are root.
#
# BENCH_POSTGRES is a folder for it (by default a new one, removed in the end).

start_postgres() {
    local bin
    bin=$(pg_config --bindir)
    cluster=$(mktemp -d "${BENCH_POSTGRES:-${TMPDIR:-/tmp}}/pingback-postgres.XXXXXX")
    as_postgres=()
    if ((EUID == 0)); then
        chown postgres "$cluster"
        as_postgres=(setpriv --reuid postgres --regid postgres --init-groups)
    fi
    postgres_bin=$bin
    (cd "$cluster" && "${as_postgres[@]}" "$bin/initdb" -D "$cluster/data" -U bench --auth trust -E UTF8 --locale C.UTF-8 >"$cluster/initdb.log")
    # Room to work in, the same for everybody who is compared; durability stays what it is by default.
    cat >>"$cluster/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$cluster'
shared_buffers = 1GB
max_wal_size = 8GB
checkpoint_timeout = 30min
CONF
    (cd "$cluster" && "${as_postgres[@]}" "$bin/pg_ctl" -D "$cluster/data" -w -l "$cluster/log" start >/dev/null)
    export PGHOST=$cluster PGUSER=bench
    unset PGPORT PGPASSWORD PGSERVICE
}

# make_empty_database PROGRAM: the database `empty` with PingBack's tables and a channel, which every round begins with.
make_empty_database() {
    psql -q -d postgres -c 'CREATE DATABASE empty'
    "$1" schema postgres | psql -q -v ON_ERROR_STOP=1 -d empty
    psql -q -d empty -c "INSERT INTO public.channels (id, business_id, type, created_at)
        VALUES ('c0000000-0000-0000-0000-000000000001', 'b2c3d4e5-f6a7-8901-bcde-f12345678901', 'widget', '2020-01-01')"
}

stop_postgres() {
    (cd "$cluster" && "${as_postgres[@]}" "$postgres_bin/pg_ctl" -D "$cluster/data" -w -m fast stop >/dev/null) || true
    rm -rf "$cluster"
}
