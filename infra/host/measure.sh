#!/bin/bash
# What EC2 does not see by itself, once a minute: disk and memory used (percent), containers that are not healthy, hours since
# the last backup. src/foundation.ts has the alarms.
set -euo pipefail
# shellcheck source=/dev/null
set -a && . /etc/quickcommerce/host.env && set +a

disk=$(df --output=pcent /var/lib/docker | tail -n 1 | tr -dc 0-9)
memory=$(awk '/^MemTotal/ { total = $2 } /^MemAvailable/ { free = $2 } END { printf "%d", 100 * (1 - free / total) }' /proc/meminfo)
running=$(docker ps -q --filter label=com.docker.compose.project=quickcommerce --filter status=running | wc -l)
unhealthy=$(docker ps -aq --filter label=com.docker.compose.project=quickcommerce --filter health=unhealthy | wc -l)
[ "$running" -gt 0 ] || unhealthy=1
last=$(cat /var/lib/quickcommerce-last-backup 2>/dev/null || stat -c %W /etc/quickcommerce)
hours=$((($(date +%s) - last) / 3600))

put() { printf '{"MetricName":"%s","Value":%d,"Unit":"%s","Dimensions":[{"Name":"Stack","Value":"%s"}]}' "$1" "$2" "$3" "$STACK"; }
aws cloudwatch put-metric-data --namespace QuickCommerce --metric-data \
  "[$(put DiskUsed "$disk" Percent),$(put MemoryUsed "$memory" Percent),$(put Unhealthy "$unhealthy" Count),$(put BackupAge "$hours" Count)]"
