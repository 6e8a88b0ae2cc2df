-- Version 5: candidates. The table is as those of version 1; the index on sets counts their forms as well.

CREATE TABLE candidates (
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

CREATE VIRTUAL TABLE candidates_extent USING rtree (n, west, east, south, north);
CREATE INDEX candidates_commune ON candidates (commune, id) WHERE commune IS NOT NULL;
CREATE INDEX candidates_department ON candidates (department, id) WHERE department IS NOT NULL;
CREATE INDEX candidates_category ON candidates (category, id) WHERE category IS NOT NULL;
CREATE INDEX candidates_groups ON candidates (category, status);
CREATE INDEX candidates_import ON candidates (import, id) WHERE import IS NOT NULL;
CREATE INDEX candidates_updated ON candidates (updated, id) WHERE updated IS NOT NULL;
