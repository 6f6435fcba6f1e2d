#!/bin/sh
# Puts the images that are there now (`docker compose pull` or `build`) to work without a failed answer: one replica after the
# other, each healthy before the next. The proxy comes last and only when it is new: it alone is away for a moment.
#   roll.sh [SERVICE …]   those services only; ROLL_OPTIONS=--force-recreate: also where only a secret has changed
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- api-1 api-2 proxy
for service in "$@"; do
  # split on purpose: a command of two words, and options if there are any
  # shellcheck disable=SC2086
  ${DOCKER_COMPOSE:-docker compose} up -d --no-deps --no-build --wait --wait-timeout 120 ${ROLL_OPTIONS:-} "$service"
done
