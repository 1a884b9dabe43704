# Sourced by samples/quickstart.sh and Tests/run.sh: a Swift toolchain is looked for, system packages are installed.
# Both are silent about what is already there.

# What building the program takes, by Debian's name, and Homebrew's behind a colon (nothing there: not needed on macOS).
# zlib is also asked for by Hummingbird's and async-http-client's compression; the rest are the C libraries of
# Package.swift.
build_packages=(
    libarchive-dev:libarchive libcsv-dev:libcsv libsimdjson-dev:simdjson libxxhash-dev:xxhash libpq-dev:libpq
    libxml2-dev:libxml2
    libsqlite3-dev: zlib1g-dev: pkg-config:pkgconf git: ca-certificates: tzdata: libc6-dev: binutils:
)

# The oldest Swift that Package.swift can be read by.
swift_major=6 swift_minor=2

require_swift() {
    local version=""
    if command -v swift >/dev/null; then
        # `|| true`: a broken toolchain is answered below.
        version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1) || true
    fi
    if [[ -n $version ]] && ((${version%.*} > swift_major ||
        (${version%.*} == swift_major && ${version#*.} >= swift_minor))); then
        return
    fi
    {
        if [[ -n $version ]]; then
            echo "error: this is Swift $version; Swift $swift_major.$swift_minor or newer is needed"
        else
            echo "error: there is no Swift here; Swift $swift_major.$swift_minor or newer is needed"
        fi
        echo "  try: https://www.swift.org/install/"
    } >&2
    exit 69
}

# install_packages DEBIAN:HOMEBREW…: installs those that are missing.
install_packages() {
    if command -v apt-get >/dev/null; then
        install_with_apt "$@"
    elif command -v brew >/dev/null; then
        install_with_brew "$@"
    else
        echo "note: neither apt nor Homebrew is here; going on with what is installed. Needed, by Debian's names:" >&2
        echo " " "${@%%:*}" >&2
    fi
}

install_with_apt() {
    local package missing=() as_root=()
    for package in "${@%%:*}"; do
        if [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
            missing+=("$package")
        fi
    done
    # The C++ headers come with g++, or with the libstdc++ package that Swift's own images bring; either will do.
    if ! compgen -G '/usr/include/c++/*/vector' >/dev/null; then missing+=(g++); fi
    if ((${#missing[@]} == 0)); then return; fi

    if ((EUID != 0)); then
        # Without a terminal nobody can type a password, and sudo must not wait for one.
        if command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
            as_root=(sudo)
        else
            echo "error: packages are missing, and this user may not install them: ${missing[*]}" >&2
            echo "  try: as root, apt-get install ${missing[*]}" >&2
            exit 69
        fi
    fi
    echo "installing ${missing[*]}" >&2
    # Debian's server package makes a cluster at once and starts it at every boot. The tests bring their own, so it is
    # asked not to, for this installation only.
    local refusal=""
    if [[ " ${missing[*]} " == *" postgresql "* ]]; then
        refusal=/etc/postgresql-common/createcluster.d/pingback-import.conf
        "${as_root[@]}" mkdir -p "${refusal%/*}"
        echo "create_main_cluster = false" | "${as_root[@]}" tee "$refusal" >/dev/null
    fi
    local log failed=0
    log=$(mktemp)
    { "${as_root[@]}" apt-get update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 || failed=1
    if [[ -n $refusal ]]; then "${as_root[@]}" rm -f "$refusal"; fi
    # Debian's web server serves at once and from every boot on. The tests start their own, so that one is stopped.
    if [[ " ${missing[*]} " == *" nginx "* && -d /run/systemd/system ]]; then
        "${as_root[@]}" systemctl disable --quiet --now nginx || true
    fi
    if ((failed)); then
        cat "$log" >&2
        rm -f "$log"
        echo "error: apt could not install ${missing[*]}" >&2
        exit 69
    fi
    rm -f "$log"
}

# Never tried: nobody of us has a Mac at hand.
install_with_brew() {
    local package missing=()
    for package in "$@"; do
        package=${package#*:}
        if [[ -n $package ]] && ! brew list "$package" >/dev/null 2>&1; then missing+=("$package"); fi
    done
    if ((${#missing[@]} == 0)); then return; fi
    echo "installing ${missing[*]} (on macOS this is untested)" >&2
    brew install "${missing[@]}" >&2
}
