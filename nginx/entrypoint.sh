#!/bin/sh
# Writes what differs from place to place, and becomes nginx.
#   UPSTREAMS     the API's processes, e.g. "10.77.0.11:5000 10.77.0.12:5000"
#   SERVER_NAME   the site's names; unset: any
#   HTTP_PORT, HTTPS_PORT (8080, 8443)
#   CERTIFICATES  a folder with fullchain.pem and privkey.pem; without them: plain HTTP
#   REAL_IP_FROM  networks of the proxies in front whose X-Forwarded-For holds, e.g. "10.0.0.0/16"; unset: none
#   WAF           on: ModSecurity with the OWASP core rule set
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
if [ -f $modules/ngx_http_brotli_filter_module.so ]; then
  echo "load_module $modules/ngx_http_brotli_filter_module.so;" >> modules.conf
  echo 'brotli on; brotli_min_length 1000; brotli_types application/json application/problem+json;' >> compression.conf
fi
if [ "${WAF:-off}" = on ]; then
  echo "load_module $modules/ngx_http_modsecurity_module.so;" >> modules.conf
else
  : > waf.conf
fi

echo "access_log ${ACCESS_LOG:-/dev/stdout} json;" > access-log.conf

{
  # a process that refuses is left alone for a moment, and tried again
  servers=$(for one in $UPSTREAMS; do echo "  server $one max_fails=1 fail_timeout=2s;"; done)
  echo 'upstream api {'
  echo '  least_conn;'
  echo "$servers"
  echo '  keepalive 64;'
  echo '  keepalive_timeout 60s;'
  echo '}'
  # the first request of a polling client has no id yet to find its process again by: its address has to do
  echo 'upstream sockets {'
  echo '  hash $remote_addr consistent;'
  echo "$servers"
  echo '  keepalive 64;'
  echo '  keepalive_timeout 60s;'
  echo '}'
} > upstreams.conf

: > real-ip.conf
if [ -n "${REAL_IP_FROM:-}" ]; then
  for network in $REAL_IP_FROM; do echo "set_real_ip_from $network;"; done > real-ip.conf
  echo 'real_ip_header X-Forwarded-For; real_ip_recursive on;' >> real-ip.conf
  # the visitor's own protocol is what the proxy in front says
  echo 'map $http_x_forwarded_proto $forwarded_proto { https https; default $scheme; }' >> real-ip.conf
else
  echo 'map "" $forwarded_proto { default $scheme; }' >> real-ip.conf
fi
echo 'map $forwarded_proto $hsts { https "max-age=63072000; includeSubDomains"; default ""; }' >> real-ip.conf

: > servers.conf
if [ "$names" != _ ]; then
  {
    echo "server { listen $http default_server; return 421; }"
    if [ -f "$certificates/fullchain.pem" ]; then
      echo "server { listen $https ssl http2 default_server; include tls.conf; return 421; }"
    fi
  } >> servers.conf
fi
if [ -f "$certificates/fullchain.pem" ]; then
  cp "$certificates/fullchain.pem" certificate.pem
  (umask 077 && cp "$certificates/privkey.pem" key.pem)
  {
    echo "server { listen $http; server_name $names;"
    echo "  location = /healthz { return 200 'ok'; }"
    echo "  location / { return 308 https://\$host${PUBLIC_HTTPS_PORT:+:$PUBLIC_HTTPS_PORT}\$request_uri; } }"
    echo "server { listen $https ssl http2; server_name $names; root $root; include tls.conf; include site.conf; }"
  } >> servers.conf
else
  echo "server { listen $http; server_name $names; root $root; include site.conf; }" >> servers.conf
fi

exec nginx -p "$run" -c nginx.conf -g 'daemon off;' "$@"
