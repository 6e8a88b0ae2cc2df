-- Version 4: audits, and the answers to their findings. Tables are as those of version 1.

CREATE TABLE audits (
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

CREATE VIRTUAL TABLE audits_extent USING rtree (n, west, east, south, north);
CREATE INDEX audits_holder ON audits (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX audits_deployment ON audits (deployment, id) WHERE deployment IS NOT NULL;
CREATE INDEX audits_commune ON audits (commune, id) WHERE commune IS NOT NULL;
CREATE INDEX audits_department ON audits (department, id) WHERE department IS NOT NULL;
CREATE INDEX audits_category ON audits (category, id) WHERE category IS NOT NULL;
CREATE INDEX audits_updated ON audits (updated, id) WHERE updated IS NOT NULL;

CREATE TABLE answers (
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

CREATE VIRTUAL TABLE answers_extent USING rtree (n, west, east, south, north);
CREATE INDEX answers_holder ON answers (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX answers_deployment ON answers (deployment, id) WHERE deployment IS NOT NULL;
CREATE INDEX answers_commune ON answers (commune, id) WHERE commune IS NOT NULL;
CREATE INDEX answers_department ON answers (department, id) WHERE department IS NOT NULL;
CREATE INDEX answers_status ON answers (status, id) WHERE status IS NOT NULL;
CREATE INDEX answers_category ON answers (category, id) WHERE category IS NOT NULL;
CREATE INDEX answers_updated ON answers (updated, id) WHERE updated IS NOT NULL;
