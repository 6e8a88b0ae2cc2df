-- Version 10: the journal, a table as those of version 1.

CREATE TABLE journal (
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

CREATE VIRTUAL TABLE journal_extent USING rtree (n, west, east, south, north);
CREATE INDEX journal_holder ON journal (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX journal_updated ON journal (updated, id) WHERE updated IS NOT NULL;
