# What scripts here need of a Debian machine, for them to source: sets nothing off by itself.

# The packages of these that are not installed, one a line.
missing() {
    local package
    for package; do
        dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed \
            || printf '%s\n' "$package"
    done
}

# Installs packages; fails, and says so, where nobody may.
install() {
    local privilege=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { complain "not root, and there is no sudo; install: $*"; return 1; }
        privilege=(sudo --non-interactive)
    fi
    "${privilege[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install --quiet=2 --yes --no-install-recommends "$@" >/dev/null
}

# Once for each script.
refresh() {
    [ -n "${refreshed:-}" ] && return
    refreshed=yes
    if [ "$(id -u)" -eq 0 ]; then apt-get update --quiet=2
    elif command -v sudo >/dev/null; then sudo --non-interactive apt-get update --quiet=2; fi
}

complain() { printf '%s: %s\n' "$0" "$*" >&2; }
