# Shared by the scripts: say what happens, install what is missing, say why something failed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() { printf '==> %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
        die "this needs root: run 'su -c \"$*\"' and start the script again"
    fi
}

have_postgres() {
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || compgen -G '/usr/pgsql-*/bin/postgres' >/dev/null || command -v postgres >/dev/null
}

have_libvirt() {
    # Not 'grep -q': it stops reading early, and the broken pipe would count as a failure.
    ldconfig -p 2>/dev/null | grep 'libvirt\.so\.0' >/dev/null || compgen -G '/usr/lib*/libvirt.so.0' >/dev/null
}

# install_packages DEBIAN_PACKAGES -- FEDORA_PACKAGES
install_packages() {
    local debian=() fedora=() list=debian word
    for word in "$@"; do
        if [ "$word" = -- ]; then list=fedora; elif [ $list = debian ]; then debian+=("$word"); else fedora+=("$word"); fi
    done
    if command -v apt-get >/dev/null; then
        say "Installing ${debian[*]} (apt-get)"
        # Debian's package would start a server of its own, which nobody needs here.
        as_root mkdir -p /etc/postgresql-common
        [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
        as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq || die "apt-get update failed: is a package mirror reachable?"
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${debian[@]}" >/dev/null ||
            die "apt-get could not install ${debian[*]}"
    elif command -v dnf >/dev/null; then
        say "Installing ${fedora[*]} (dnf)"
        as_root dnf install -y -q "${fedora[@]}" || die "dnf could not install ${fedora[*]}"
    else
        die "neither apt-get nor dnf is here: install PostgreSQL 15 or newer and libvirt's client library by hand"
    fi
}

require_dotnet() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is not installed (https://dotnet.microsoft.com/download)"
    dotnet --list-sdks | grep '^10\.' >/dev/null || die "the .NET 10 SDK is needed; installed are: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ')"
}

require_runtime() {
    local debian=() fedora=()
    have_postgres || { debian+=(postgresql); fedora+=(postgresql-server); }
    have_libvirt || { debian+=(libvirt0); fedora+=(libvirt-libs); }
    [ ${#debian[@]} -eq 0 ] || install_packages "${debian[@]}" -- "${fedora[@]}"
}

# One compiler process serves all builds of this script, also where the environment has each project start a new one, which is half of the time that they take.
# It has a name of its own, so that ending it ends nobody else's.
share_compiler() {
    export UseSharedCompilation=true SharedCompilationId=qubes-cqrs-$$
    trap stop_compiler EXIT
}

stop_compiler() {
    local version sdk
    [ "${SharedCompilationId:-}" = "qubes-cqrs-$$" ] || return 0
    version=$(dotnet --version)
    sdk=$(dotnet --list-sdks | sed -n "s/^$version \[\(.*\)\]$/\1/p")
    "$sdk/$version/Roslyn/bincore/VBCSCompiler" "-pipename:$SharedCompilationId" -shutdown >/dev/null 2>&1 || true
    unset SharedCompilationId
}
