-- Version 14: jobs and blobs, tables as those of version 1, with brief forms.

CREATE TABLE jobs (
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

CREATE VIRTUAL TABLE jobs_extent USING rtree (n, west, east, south, north);
CREATE INDEX jobs_holder ON jobs (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX jobs_status ON jobs (status, id) WHERE status IS NOT NULL;
CREATE INDEX jobs_updated ON jobs (updated, id) WHERE updated IS NOT NULL;

CREATE TABLE jobs_brief (
  n   INTEGER PRIMARY KEY REFERENCES jobs (n) ON DELETE CASCADE,
  doc TEXT NOT NULL
) STRICT;

CREATE TABLE blobs (
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

CREATE VIRTUAL TABLE blobs_extent USING rtree (n, west, east, south, north);
CREATE INDEX blobs_holder ON blobs (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX blobs_updated ON blobs (updated, id) WHERE updated IS NOT NULL;

CREATE TABLE blobs_brief (
  n   INTEGER PRIMARY KEY REFERENCES blobs (n) ON DELETE CASCADE,
  doc TEXT NOT NULL
) STRICT;
