-- Version 1: one table per kind.
--
-- id is the key of the record and doc the record itself, as JSON; every other column is an index of what doc says.
-- The eight attribute columns are NULL when unknown. Every table has all of them, so that a kind that gains an
-- attribute needs an index and no new column; partial indexes cost nothing for the rows that do not know.
--
-- Places (cameras) are clustered by the Hilbert cell of their place, -1 without one, so that neighbours lie in the
-- same pages. Extents (all others) have an R*Tree beside them, whose n is the n of the table.

CREATE TABLE holders (
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

CREATE VIRTUAL TABLE holders_extent USING rtree (n, west, east, south, north);
CREATE INDEX holders_commune ON holders (commune, id) WHERE commune IS NOT NULL;
CREATE INDEX holders_department ON holders (department, id) WHERE department IS NOT NULL;
CREATE INDEX holders_category ON holders (category, id) WHERE category IS NOT NULL;
CREATE INDEX holders_import ON holders (import, id) WHERE import IS NOT NULL;
CREATE INDEX holders_updated ON holders (updated, id) WHERE updated IS NOT NULL;

CREATE TABLE deployments (
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

CREATE VIRTUAL TABLE deployments_extent USING rtree (n, west, east, south, north);
CREATE INDEX deployments_holder ON deployments (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX deployments_commune ON deployments (commune, id) WHERE commune IS NOT NULL;
CREATE INDEX deployments_department ON deployments (department, id) WHERE department IS NOT NULL;
CREATE INDEX deployments_status ON deployments (status, id) WHERE status IS NOT NULL;
CREATE INDEX deployments_category ON deployments (category, id) WHERE category IS NOT NULL;
CREATE INDEX deployments_import ON deployments (import, id) WHERE import IS NOT NULL;
CREATE INDEX deployments_updated ON deployments (updated, id) WHERE updated IS NOT NULL;

CREATE TABLE cameras (
  cell       INTEGER NOT NULL,
  id         TEXT NOT NULL,
  lon        REAL,
  lat        REAL,
  holder     TEXT,
  deployment TEXT,
  commune    TEXT,
  department TEXT,
  status     TEXT,
  category   TEXT,
  import     TEXT,
  updated    TEXT,
  doc        TEXT NOT NULL,
  PRIMARY KEY (cell, id)
) WITHOUT ROWID, STRICT;

CREATE UNIQUE INDEX cameras_id ON cameras (id);
CREATE INDEX cameras_holder ON cameras (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX cameras_deployment ON cameras (deployment, id) WHERE deployment IS NOT NULL;
CREATE INDEX cameras_commune ON cameras (commune, id) WHERE commune IS NOT NULL;
CREATE INDEX cameras_department ON cameras (department, id) WHERE department IS NOT NULL;
CREATE INDEX cameras_status ON cameras (status, id) WHERE status IS NOT NULL;
CREATE INDEX cameras_category ON cameras (category, id) WHERE category IS NOT NULL;
CREATE INDEX cameras_import ON cameras (import, id) WHERE import IS NOT NULL;
CREATE INDEX cameras_updated ON cameras (updated, id) WHERE updated IS NOT NULL;

CREATE TABLE areas (
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

CREATE VIRTUAL TABLE areas_extent USING rtree (n, west, east, south, north);
CREATE INDEX areas_holder ON areas (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX areas_commune ON areas (commune, id) WHERE commune IS NOT NULL;
CREATE INDEX areas_department ON areas (department, id) WHERE department IS NOT NULL;
CREATE INDEX areas_category ON areas (category, id) WHERE category IS NOT NULL;
CREATE INDEX areas_import ON areas (import, id) WHERE import IS NOT NULL;
CREATE INDEX areas_updated ON areas (updated, id) WHERE updated IS NOT NULL;

CREATE TABLE obstacles (
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

CREATE VIRTUAL TABLE obstacles_extent USING rtree (n, west, east, south, north);
CREATE INDEX obstacles_commune ON obstacles (commune, id) WHERE commune IS NOT NULL;
CREATE INDEX obstacles_department ON obstacles (department, id) WHERE department IS NOT NULL;
CREATE INDEX obstacles_import ON obstacles (import, id) WHERE import IS NOT NULL;
CREATE INDEX obstacles_updated ON obstacles (updated, id) WHERE updated IS NOT NULL;

CREATE TABLE assessments (
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

CREATE VIRTUAL TABLE assessments_extent USING rtree (n, west, east, south, north);
CREATE INDEX assessments_commune ON assessments (commune, id) WHERE commune IS NOT NULL;
CREATE INDEX assessments_department ON assessments (department, id) WHERE department IS NOT NULL;
CREATE INDEX assessments_updated ON assessments (updated, id) WHERE updated IS NOT NULL;
