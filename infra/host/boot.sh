#!/bin/bash
# First boot of a host: takes the volume and the address that are this site's, installs Docker, starts the product and says so
# to CloudFormation. May be run again. Its settings: /etc/quickcommerce/host.env, written by src/compose-host.ts.
set -euo pipefail
# shellcheck source=/dev/null
set -a && . /etc/quickcommerce/host.env && set +a
here=$(dirname "$(readlink -f "$0")")

metadata() {
  local token
  token=$(curl -fsS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
  curl -fsS -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}
instance=$(metadata instance-id)

signal() {
  aws cloudformation signal-resource --stack-name "$STACK" --logical-resource-id "$RESOURCE" --unique-id "$instance" --status "$1" || true
}
trap 'signal FAILURE' ERR

# by its serial number: the device's name is the kernel's choice
device() {
  lsblk -dnpo NAME,SERIAL | awk -v serial="${DATA_VOLUME/-/}" '$2 == serial { print $1 }'
}
if [ -n "${DATA_VOLUME:-}" ]; then
  # the host that had it may be on its way out still
  if [ -z "$(device)" ]; then
    aws ec2 wait volume-available --volume-ids "$DATA_VOLUME"
    aws ec2 attach-volume --volume-id "$DATA_VOLUME" --instance-id "$instance" --device /dev/sdf
  fi
  for _ in $(seq 60); do
    if [ -n "$(device)" ]; then break; fi
    sleep 1
  done
  [ -n "$(device)" ] || { echo "the volume $DATA_VOLUME did not appear" >&2; false; }
  # never over something that is there
  blkid "$(device)" || mkfs.ext4 -q -L quickcommerce "$(device)"
  mkdir -p /var/lib/docker
  grep -q ' /var/lib/docker ' /etc/fstab || echo 'LABEL=quickcommerce /var/lib/docker ext4 defaults,nofail,noatime 0 2' >> /etc/fstab
  mountpoint -q /var/lib/docker || mount /var/lib/docker
  resize2fs "$(device)"
fi
if [ -n "${ADDRESS:-}" ]; then
  aws ec2 associate-address --allocation-id "$ADDRESS" --instance-id "$instance" --allow-reassociation
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -qy --no-install-recommends docker.io docker-compose-v2 jq unattended-upgrades

install -m 644 "$here"/systemd/* /etc/systemd/system/
systemctl daemon-reload
systemctl enable --now docker
systemctl enable --now quickcommerce.service quickcommerce-measure.timer quickcommerce-backup.timer
signal SUCCESS
