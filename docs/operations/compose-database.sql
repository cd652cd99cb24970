-- What compose.yaml has PostgreSQL's image run by psql when it makes the database: the desk's role, which is no superuser.
\set ON_ERROR_STOP on
\set password `cat /run/secrets/desk_password`
CREATE ROLE p2p LOGIN PASSWORD :'password';
CREATE DATABASE p2p OWNER p2p ENCODING 'UTF8' TEMPLATE template0;
