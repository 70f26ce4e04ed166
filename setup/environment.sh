# Makes the environment in which ./run, ./test and ./bench work. Sourced, never run by itself:
#
#   . setup/environment.sh
#   environment "$root" run      what the product needs
#   environment "$root" test     that and what its tests need
#   environment "$root" long     that and what the tests of the second tier need
#
# Nothing is said and no Python is started when nothing has to be done. Everything said goes to stderr, nothing is read
# from stdin. A set-up that was killed half way is made anew; two starts at once wait for each other; a folder that was
# moved, another Python or a changed lock file makes the environment anew or brings it up to date.

say() {
    printf 'asan-kiosk: %s\n' "$*" >&2
}

die() {
    say "$*"
    exit 1
}

# The lock file of an environment.
lock_of() {
    case $1 in
    run) echo setup/requirements.lock ;;
    *) echo setup/requirements-test.lock ;;
    esac
}

# Whether python3 is the distribution's own: its headers are a package too.
is_system_python() {
    case $(command -v python3 || true) in
    "" | /usr/bin/* | /bin/*) ;;
    *) return 1 ;;
    esac
}

# System packages: Debian's and Ubuntu's names, what each is for.
packages_of() {
    echo fonts-dejavu-core # the letters of printed tickets, and of the terminal
    echo libusb-1.0-0      # ticket printers at USB
    echo pcscd libccid     # card readers: the service and the driver of those at USB
    echo gcc libc6-dev libpcsclite-dev # pyscard has no Linux wheel; it is built here
    ! is_system_python || echo python3-dev
    [ "$1" = run ] && return
    echo xvfb xterm xdotool x11-xkb-utils # a real mouse on a real terminal; xkbcomp makes Xvfb's keyboard
    echo weston foot                      # the terminal of a real kiosk, and a compositor for it
    echo tmux procps                      # a terminal for shell scripts; who is running
    echo imagemagick zbar-tools           # pictures of the screen, and QR codes read from them
    echo vsmartcard-vpcd                  # a reader for virtual cards, in a pcscd of the tests' own
    echo opensc openssl                   # strangers that judge our cards and signatures
    echo softhsm2                         # a PKCS#11 module
    echo sane-utils                       # scanimage, and SANE's own test scanner
    [ "$1" = test ] && return
    echo chromium chromium-driver         # the browser of a citizen's phone
}

# Where this environment stands and which Python it is; another answer than at its making means: make it anew.
place_now() {
    printf '%s %s\n' "$PWD" "$(readlink -f .venv/bin/python || true)"
}

# What an environment was made from.
key_now() {
    { place_now && cat pyproject.toml hatch_build.py setup/environment.sh setup/requirements-build.lock "$(lock_of "$1")"; } | sha256sum
}

is_ready() {
    [ -f ".venv/ready-$1" ] && [ "$(cat ".venv/ready-$1")" = "$(key_now "$1")" ]
}

messages_now() {
    cat assets/messages/*.po | sha256sum
}

messages_are_ready() {
    for source in assets/messages/*.po; do
        [ -f "${source%.po}.mo" ] || return 1
    done
    [ -f .venv/ready-messages ] && [ "$(cat .venv/ready-messages)" = "$(messages_now)" ]
}

# apt-get as root, or through sudo; asks nothing itself (sudo may ask for a password where there is a terminal).
install_packages() {
    missing=
    for package in "$@"; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true) in
        installed) ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    say "installing with apt-get:$missing"
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 2 ]; }; then
        as_root=sudo
    else
        die "that needs root; as root run: apt-get install$missing"
    fi
    # The lock of the set-up (9) is not for daemons that a package may start.
    # shellcheck disable=SC2086 # one word a package
    {
        set -- $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600
        "$@" update && "$@" install --yes --no-install-recommends $missing
    } </dev/null >.setup/packages.log 2>&1 9>&- || {
        cat .setup/packages.log >&2
        die "apt-get failed"
    }
}

system_packages() {
    if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
        # shellcheck disable=SC2046 # one word a package
        install_packages $(packages_of "$1")
        command -v python3 >/dev/null || install_packages python3
        # Debian's Python comes without ensurepip; another Python on the PATH has its own.
        python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv
    fi
    command -v python3 >/dev/null || die "python3 is missing"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        die "Python 3.11 or newer is needed; python3 is $(python3 --version 2>&1)"
    python3 -c 'import ensurepip, venv' || die "python3 has no venv; install it (python3-venv)"
}

pip_install() {
    # what is built finds the locked tools first
    PATH="$PWD/.venv/bin:$PATH" .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check --root-user-action=ignore "$@" \
        </dev/null >&2
}

make_environment() {
    if [ "$(cat .venv/place 2>/dev/null)" = "$(place_now)" ] && .venv/bin/python -c '' 2>/dev/null; then
        say "bringing .venv up to date"
        # From here to the end it is nothing that a later start may build on.
        rm -f .venv/place .venv/ready-*
    else
        say "making .venv (a minute or two)"
        rm -rf .venv
        python3 -m venv .venv
    fi
    # First what builds, then everything, with just that.
    pip_install --require-hashes -r setup/requirements-build.lock
    pip_install --require-hashes --no-build-isolation -r "$(lock_of "$1")"
    # The five packages themselves: linked, not copied.
    pip_install --no-deps --no-build-isolation --editable .
    # A power cut must not leave the stamps without what they stand for.
    sync -f .venv 2>/dev/null || sync
    place_now >.venv/place
    key_now run >.venv/ready-run
    [ "$1" = run ] || key_now test >.venv/ready-test
    [ "$1" != long ] || key_now long >.venv/ready-long
}

# In a shell of its own, so that the caller's folder stays; `set -e` of the caller ends it at the first failure.
environment() (
    cd "$1"
    PWD=$(pwd -P)
    if is_ready "$2" && messages_are_ready; then
        exit 0
    fi
    mkdir -p .setup 2>/dev/null && : 2>/dev/null >>.setup/lock ||
        die "something has to be set up first, and $PWD is not writable for $(id -un); run ./run doctor as its owner"
    exec 9>>.setup/lock
    flock --nonblock 9 || {
        say "another start is setting up; waiting for it"
        flock 9
    }
    if ! is_ready "$2"; then
        system_packages "$2"
        make_environment "$2"
        say "ready"
    fi
    if ! messages_are_ready; then
        .venv/bin/python -m kiosk.language.compile </dev/null >&2
        messages_now >.venv/ready-messages
    fi
)
