# nginx with the built web app, in front of the API. Build from the repository's root:
#   docker build -f docker/web.Dockerfile -t quickcommerce-web .
# From Debian, which has the Brotli and ModSecurity modules that the official nginx image has not.
ARG NODE_IMAGE=node:26.10-bookworm-slim
ARG DEBIAN_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
ENV NX_DAEMON=false
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-fund
COPY . .
RUN npx nx build web && node nginx/precompress.mjs dist/web/browser

FROM ${DEBIAN_IMAGE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="QuickCommerce web" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends curl nginx-light libnginx-mod-http-brotli-filter libnginx-mod-http-brotli-static \
      libnginx-mod-http-modsecurity modsecurity-crs \
 && rm -rf /var/lib/apt/lists/*
COPY nginx/*.conf /etc/quickcommerce/nginx/
COPY nginx/entrypoint.sh /usr/local/bin/
COPY --from=build /app/dist/web/browser /usr/share/nginx/html
USER 33
EXPOSE 8080 8443
HEALTHCHECK --interval=5s --timeout=3s --retries=3 CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/healthz"]
STOPSIGNAL SIGQUIT
ENTRYPOINT ["entrypoint.sh"]
