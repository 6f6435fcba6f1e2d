# The API alone; the web app is served by nginx (docker/web.Dockerfile). Build from the repository's root:
#   docker build -f docker/api.Dockerfile -t quickcommerce-api .
# NODE_IMAGE pins the base by digest, e.g. --build-arg NODE_IMAGE=node:26.10-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:26.10-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
ENV NX_DAEMON=false
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-fund
COPY . .
RUN npx nx build api && npm prune --omit=dev --ignore-scripts --no-fund \
 # the base image has a Node; the others that are optional are needed: sharp is made of them
 && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM ${NODE_IMAGE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="QuickCommerce API" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production PORT=5000 UV_THREADPOOL_SIZE=16
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/api ./dist/api
COPY docker/*.mjs ./docker/
# a volume that is made for it belongs to whom this folder does
RUN install -d -o 1000 -g 1000 /backups /data/files
USER 1000
EXPOSE 5000
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "docker/healthcheck.mjs"]
CMD ["node", "--enable-source-maps", "dist/api/api/src/main.js"]
