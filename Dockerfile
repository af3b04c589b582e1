# syntax=docker/dockerfile:1

# One image for every process; the command says which:
#   gateway/main.ts, subgraphs/users/main.ts, subgraphs/posts/main.ts, prisma/migrate.main.ts users|posts
# Node runs TypeScript as it is: nothing is built here, only installed. .dockerignore says what is copied.

# The Node that the tests run on, which package.json pins; a test compares them.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json ./

# The Prisma CLI makes the database clients. It is a dev dependency, and larger than everything that runs.
FROM manifests AS clients
RUN --mount=type=cache,target=/root/.npm npm ci --omit=optional --ignore-scripts
COPY prisma prisma
RUN node prisma/generate.ts

# Optional dependencies are Node itself and an embedded PostgreSQL: for laptops. No install script is needed.
FROM manifests AS dependencies
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --ignore-scripts
# More than half of the rest is never read: source maps, type declarations, Prisma's engines for other databases.
RUN find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
    && find node_modules/@prisma/client/runtime -type f -name 'query_compiler_*' ! -name '*.postgresql.*' -delete

FROM node:${NODE_VERSION}-slim
LABEL org.opencontainers.image.title="supergraph" \
      org.opencontainers.image.description="A federated GraphQL supergraph: gateway, subgraphs and their migrations"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    APOLLO_TELEMETRY_DISABLED=1
WORKDIR /app
# Owned by root and run by somebody else: what runs cannot change itself.
COPY --from=dependencies /app/node_modules node_modules
COPY . .
COPY --from=clients /app/prisma/users/client prisma/users/client
COPY --from=clients /app/prisma/posts/client prisma/posts/client
# By number (the image's user "node"), so that an orchestrator can see that it isn't root.
USER 1000:1000

# ADMIN_PORT where it isn't the gateway's. Alive, not ready: a restart cures a process that hangs, not its database.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --start-interval=1s --retries=3 \
    CMD ["node", "deploy/health.main.ts"]
ENTRYPOINT ["node"]
CMD ["gateway/main.ts"]
