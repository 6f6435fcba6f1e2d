#!/bin/sh
# Writes what differs from place to place, and becomes nginx.
#   UPSTREAMS     the API's processes, e.g. "10.77.0.11:5000 10.77.0.12:5000"
#   SERVER_NAME   the site's names; unset: any
#   HTTP_PORT, HTTPS_PORT (8080, 8443)
#   CERTIFICATES  a folder with fullchain.pem and privkey.pem; without them: plain HTTP. Renewed ones are taken up at SIGHUP
#   REAL_IP_FROM  networks of the proxies in front whose X-Forwarded-For holds, e.g. "10.0.0.0/16"; unset: none
#   WAF           on: ModSecurity with the OWASP core rule set
#   ACCESS_LOG (/dev/stdout)
#   WEB_ROOT (/usr/share/nginx/html), CONFIGURATION (/etc/quickcommerce/nginx), RUN (/tmp/nginx)
set -eu

: "${UPSTREAMS:?the addresses of the API, e.g. 10.77.0.11:5000 10.77.0.12:5000}"
configuration=${CONFIGURATION:-/etc/quickcommerce/nginx}
run=${RUN:-/tmp/nginx}
root=${WEB_ROOT:-/usr/share/nginx/html}
http=${HTTP_PORT:-8080}
https=${HTTPS_PORT:-8443}
names=${SERVER_NAME:-_}
certificates=${CERTIFICATES:-/certificates}

mkdir -p "$run"
cd "$run"
cp "$configuration"/*.conf .
cp /etc/nginx/mime.types mime.types.conf

modules=/usr/lib/nginx/modules
: > modules.conf
: > compression.conf
if [ -f $modules/ngx_http_brotli_static_module.so ]; then
  echo "load_module $modules/ngx_http_brotli_static_module.so;" >> modules.conf
  echo 'brotli_static on;' >> compression.conf
fi
if [ "${WAF:-off}" = on ]; then
  echo "load_module $modules/ngx_http_modsecurity_module.so;" >> modules.conf
else
  : > waf.conf
  : > waf-off.conf
fi

echo "access_log ${ACCESS_LOG:-/dev/stdout} json;" > access-log.conf

{
  # a process that refuses is left alone for a moment, and tried again
  servers=$(for one in $UPSTREAMS; do echo "  server $one max_fails=1 fail_timeout=2s;"; done)
  # the zone: what one worker learns of a replica, all know
  echo 'upstream api {'
  echo '  zone api_replicas 128k;'
  echo '  least_conn;'
  echo "$servers"
  echo '  keepalive 64;'
  echo '  keepalive_timeout 60s;'
  echo '}'
  # the first request of a polling client has no id yet to find its process again by: its address has to do
  echo 'upstream polling {'
  echo '  zone polling_replicas 128k;'
  echo '  hash $remote_addr consistent;'
  echo "$servers"
  echo '  keepalive 64;'
  echo '  keepalive_timeout 60s;'
  echo '}'
} > upstreams.conf

: > real-ip.conf
if [ -n "${REAL_IP_FROM:-}" ]; then
  {
    for network in $REAL_IP_FROM; do echo "set_real_ip_from $network;"; done
    echo 'real_ip_header X-Forwarded-For; real_ip_recursive on;'
    # the visitor's own protocol is what the proxy in front says; anybody else may say what he likes
    echo 'geo $realip_remote_addr $from_proxy { default 0;'
    for network in $REAL_IP_FROM; do echo "  $network 1;"; done
    echo '}'
    echo 'map "$from_proxy $http_x_forwarded_proto" $forwarded_proto { "1 https" https; default $scheme; }'
  } > real-ip.conf
else
  echo 'map "" $forwarded_proto { default $scheme; }' >> real-ip.conf
fi
echo 'map $forwarded_proto $hsts { https "max-age=63072000; includeSubDomains"; default ""; }' >> real-ip.conf

: > servers.conf
listen="listen $http" listen_tls="listen $https ssl http2"
tls="ssl_certificate $certificates/fullchain.pem; ssl_certificate_key $certificates/privkey.pem; include tls.conf;"
if [ "$names" != _ ]; then
  # another name is another site's; whoever asks whether this proxy runs knows its address only
  other='include headers.conf; include healthz.conf; location / { return 421; }'
  echo "server { $listen default_server; $other }" >> servers.conf
  [ ! -f "$certificates/fullchain.pem" ] || echo "server { $listen_tls default_server; $tls $other }" >> servers.conf
fi
if [ -f "$certificates/fullchain.pem" ]; then
  {
    echo "server { $listen; server_name $names; include headers.conf; include healthz.conf;"
    echo "  location / { return 308 https://\$host${PUBLIC_HTTPS_PORT:+:$PUBLIC_HTTPS_PORT}\$request_uri; } }"
    echo "server { $listen_tls; server_name $names; root $root; $tls include site.conf; }"
  } >> servers.conf
else
  echo "server { $listen; server_name $names; root $root; include site.conf; }" >> servers.conf
fi

exec nginx -p "$run" -c nginx.conf -g 'daemon off;' "$@"
