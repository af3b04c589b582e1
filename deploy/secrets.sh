#!/bin/sh
# Prints the secrets that compose.yaml needs, newly made, in the form of an env file:
#   sh deploy/secrets.sh > .env
set -eu
umask 077

# PEM on one line: the services read "\n" as a line break, as env files can hold none.
signing_key=$(openssl genpkey -algorithm ed25519 | awk '{ printf "%s\\n", $0 }')

cat <<EOF
SUBGRAPH_SECRET=$(openssl rand -hex 32)
JWT_SIGNING_KEY=$signing_key
POSTGRES_PASSWORD=$(openssl rand -hex 24)
USERS_DATABASE_PASSWORD=$(openssl rand -hex 24)
POSTS_DATABASE_PASSWORD=$(openssl rand -hex 24)
REDIS_PASSWORD=$(openssl rand -hex 24)
EOF
