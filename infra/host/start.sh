#!/bin/bash
# Starts what the site's version parameter names, or goes over to it: one replica after the other when they run already.
set -euo pipefail
# shellcheck source=/dev/null
set -a && . /etc/quickcommerce/host.env && set +a
cd /opt/quickcommerce

VERSION=$(aws ssm get-parameter --name "$VERSION_PARAMETER" --query Parameter.Value --output text)
export VERSION COMPOSE_PROJECT_NAME=quickcommerce COMPOSE_PROJECT_DIRECTORY=/opt/quickcommerce
aws ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"

if [ -n "${CLOUDFRONT_PREFIX_LIST:-}" ]; then
  edge=$(aws ec2 get-managed-prefix-list-entries --prefix-list-id "$CLOUDFRONT_PREFIX_LIST" --query 'Entries[].Cidr' --output text)
  REAL_IP_FROM="${REAL_IP_FROM:-} ${edge//$'\t'/ }"
  export REAL_IP_FROM
fi

compose() { docker compose --project-directory "$COMPOSE_PROJECT_DIRECTORY" "$@"; }
secrets() { compose run --rm -T --no-deps secrets node docker/secrets.mjs /secrets "$@"; }

compose pull --quiet
# those of the site, if a host has made them already; else this one makes them, and they are kept for the next
stored=$(aws secretsmanager get-secret-value --secret-id "$SECRET" --query SecretString --output text | jq 'del(.unused)')
if [ -n "${REDIS_TOKEN:-}" ]; then
  token=$(aws secretsmanager get-secret-value --secret-id "$REDIS_TOKEN" --query SecretString --output text)
  stored=$(jq --arg url "rediss://:$token@$REDIS_ADDRESS" '."api/redis-url" = $url' <<< "$stored")
fi
all=$(secrets --given --show <<< "$stored")
if [ "$(jq -S . <<< "$all")" != "$(jq -S . <<< "$stored")" ]; then
  aws secretsmanager put-secret-value --secret-id "$SECRET" --secret-string "$all" > /dev/null
fi

if [ "$(compose ps -q api-1 api-2 | wc -l)" = 2 ]; then
  # anew also where only a secret has changed: a process reads it once
  ROLL_OPTIONS=--force-recreate sh docker/roll.sh
else
  compose up -d --wait --wait-timeout 600 --remove-orphans
fi
# room for the next release; the present one and the last stay
docker image prune -af --filter 'until=720h' > /dev/null
