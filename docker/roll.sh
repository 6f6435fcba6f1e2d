#!/bin/sh
# Puts the images that are there now (`docker compose pull` or `build`) to work without a failed answer: one replica after the
# other, each healthy before the next. The proxy comes last and only when it is new: it alone is away for a moment.
#   roll.sh [SERVICE …]   those services only
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- api-1 api-2 proxy
for service in "$@"; do
  # split on purpose: a command of two words
  ${DOCKER_COMPOSE:-docker compose} up -d --no-deps --no-build --wait --wait-timeout 120 "$service"
done
