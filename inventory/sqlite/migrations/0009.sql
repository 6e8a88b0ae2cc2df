-- Version 9: accounts, a table as those of version 1; studies are found by whom they were made for.

CREATE TABLE accounts (
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

CREATE VIRTUAL TABLE accounts_extent USING rtree (n, west, east, south, north);
CREATE INDEX accounts_holder ON accounts (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX accounts_updated ON accounts (updated, id) WHERE updated IS NOT NULL;
CREATE INDEX assessments_holder ON assessments (holder, id) WHERE holder IS NOT NULL;
