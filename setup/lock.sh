#!/bin/sh
# Writes the lock files anew from pyproject.toml: exact versions with hashes, for every Python and platform at once.
# Versions that are locked already stay unless `--upgrade` (or `--upgrade-package NAME`) is given.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
cd "$here/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool"
"$tool/bin/pip" install --quiet uv==0.13.8
for name in requirements-build requirements requirements-test; do
    case $name in
    requirements-build) what="--group build" ;;
    requirements) what="pyproject.toml --group build -c setup/requirements-build.lock" ;;
    *) what="pyproject.toml --group build --group dev -c setup/requirements.lock" ;;
    esac
    # shellcheck disable=SC2086 # they are words of their own
    "$tool/bin/uv" pip compile --quiet $what --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --output-file "setup/$name.lock" "$@"
done
