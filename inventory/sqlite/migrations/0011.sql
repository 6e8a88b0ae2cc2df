-- Version 11: sessions and conventions, tables as those of version 1.

CREATE TABLE sessions (
  n          INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  west       REAL,
  south      REAL,
  east       REAL,
  north      REAL,
  holder     TEXT,
  deployment TEXT,
  commune    TEXT,
  department TEXT,
  status     TEXT,
  category   TEXT,
  import     TEXT,
  updated    TEXT,
  doc        TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE sessions_extent USING rtree (n, west, east, south, north);
CREATE INDEX sessions_holder ON sessions (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX sessions_updated ON sessions (updated, id) WHERE updated IS NOT NULL;

CREATE TABLE conventions (
  n          INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  west       REAL,
  south      REAL,
  east       REAL,
  north      REAL,
  holder     TEXT,
  deployment TEXT,
  commune    TEXT,
  department TEXT,
  status     TEXT,
  category   TEXT,
  import     TEXT,
  updated    TEXT,
  doc        TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE conventions_extent USING rtree (n, west, east, south, north);
CREATE INDEX conventions_holder ON conventions (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX conventions_updated ON conventions (updated, id) WHERE updated IS NOT NULL;
