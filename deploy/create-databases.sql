-- Run once by the PostgreSQL image, on an empty volume: a database and a role for each subgraph. A role owns its
-- database, so that its migrations may create extensions and tables in it, and cannot connect to the other.
\set ON_ERROR_STOP on
\getenv users_password USERS_DATABASE_PASSWORD
\getenv posts_password POSTS_DATABASE_PASSWORD

CREATE ROLE users LOGIN PASSWORD :'users_password';
CREATE ROLE posts LOGIN PASSWORD :'posts_password';
CREATE DATABASE users OWNER users;
CREATE DATABASE posts OWNER posts;
REVOKE CONNECT ON DATABASE users, posts, postgres FROM PUBLIC;
