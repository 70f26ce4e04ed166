#!/bin/sh
# Writes the two lock files anew from pyproject.toml: exact versions with hashes, for every Python and platform at once.
# Versions that are locked already stay unless `--upgrade` (or `--upgrade-package NAME`) is given.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
cd "$here/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool"
"$tool/bin/pip" install --quiet uv==0.13.8
for name in requirements requirements-test; do
    groups="--group build"
    [ "$name" = requirements ] || groups="$groups --group dev -c setup/requirements.lock"
    # shellcheck disable=SC2086 # the groups are words of their own
    "$tool/bin/uv" pip compile --quiet pyproject.toml $groups --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --output-file "setup/$name.lock" "$@"
done
