# Debian, not Alpine: the query planner is a glibc binary.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build

# The demo's subgraphs need what is otherwise only a development dependency.
FROM build AS demo
ENV CARDEA_DEMO_HOST=0.0.0.0
EXPOSE 4000
USER node
CMD ["node", "dist/main.js", "demo"]

FROM build AS pruned
RUN npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim AS gateway
ENV NODE_ENV=production
WORKDIR /app
COPY --from=pruned /app/node_modules node_modules
COPY --from=pruned /app/dist dist
COPY package.json LICENSE ./
COPY schema schema
EXPOSE 4000 9400
USER node
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9400/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=64", "dist/main.js"]
CMD ["serve", "--config", "/etc/cardea/cardea.config.yaml"]
