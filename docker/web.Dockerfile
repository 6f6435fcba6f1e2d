# nginx with the built web app in front of the API. Build from the repository's root:
#   docker build -f docker/web.Dockerfile -t quickcommerce-web .
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npx nx build web

FROM nginx:1.27-bookworm
COPY nginx/nginx.conf /etc/nginx/nginx.conf
COPY --from=build /app/dist/web/browser /usr/share/nginx/html
EXPOSE 80
HEALTHCHECK --interval=10s --timeout=3s CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1/"]
