-- Version 8: equipment, the models of catalogues. The table is as those of version 1.

CREATE TABLE equipment (
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

CREATE VIRTUAL TABLE equipment_extent USING rtree (n, west, east, south, north);
CREATE INDEX equipment_category ON equipment (category, id) WHERE category IS NOT NULL;
CREATE INDEX equipment_status ON equipment (status, id) WHERE status IS NOT NULL;
CREATE INDEX equipment_import ON equipment (import, id) WHERE import IS NOT NULL;
CREATE INDEX equipment_updated ON equipment (updated, id) WHERE updated IS NOT NULL;
