#!/bin/sh
# Two roles: the owner migrates, the restricted one runs the product and can neither change nor empty append-only tables.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres <<SQL
CREATE ROLE certification_owner LOGIN PASSWORD '${OWNER_DB_PASSWORD}';
CREATE ROLE certification_app LOGIN PASSWORD '${APP_DB_PASSWORD}';
CREATE DATABASE certification OWNER certification_owner;
REVOKE ALL ON DATABASE certification FROM PUBLIC;
GRANT CONNECT ON DATABASE certification TO certification_app;
SQL
