-- Version 7: recommendations. The table is as those of version 1.

CREATE TABLE recommendations (
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

CREATE VIRTUAL TABLE recommendations_extent USING rtree (n, west, east, south, north);
CREATE INDEX recommendations_holder ON recommendations (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX recommendations_commune ON recommendations (commune, id) WHERE commune IS NOT NULL;
CREATE INDEX recommendations_department ON recommendations (department, id) WHERE department IS NOT NULL;
CREATE INDEX recommendations_import ON recommendations (import, id) WHERE import IS NOT NULL;
CREATE INDEX recommendations_updated ON recommendations (updated, id) WHERE updated IS NOT NULL;
