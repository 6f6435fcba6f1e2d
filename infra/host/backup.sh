#!/bin/bash
# Dumps the database as of one moment and copies the dump to the site's bucket; ends with an error when either fails.
set -euo pipefail
# shellcheck source=/dev/null
set -a && . /etc/quickcommerce/host.env && set +a
cd /opt/quickcommerce
VERSION=$(aws ssm get-parameter --name "$VERSION_PARAMETER" --query Parameter.Value --output text)
export VERSION COMPOSE_PROJECT_NAME=quickcommerce

docker compose --project-directory . --profile backup run --rm -T backup
dumps=$(docker volume inspect quickcommerce_backups --format '{{ .Mountpoint }}')
aws s3 sync --only-show-errors --sse aws:kms "$dumps" "$BACKUPS"
# after the dump, so that every picture that it names is there
files=$(docker volume inspect quickcommerce_files --format '{{ .Mountpoint }}')
aws s3 sync --only-show-errors --sse aws:kms --exclude '*.part' "$files" "$BACKUPS/files"
date +%s > /var/lib/quickcommerce-last-backup
