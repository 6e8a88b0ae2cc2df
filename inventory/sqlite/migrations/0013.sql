-- Version 13: brief forms of studies and plans, for lists. Those that are there already are read whole until they change.

CREATE TABLE assessments_brief (
  n   INTEGER PRIMARY KEY REFERENCES assessments (n) ON DELETE CASCADE,
  doc TEXT NOT NULL
) STRICT;

CREATE TABLE recommendations_brief (
  n   INTEGER PRIMARY KEY REFERENCES recommendations (n) ON DELETE CASCADE,
  doc TEXT NOT NULL
) STRICT;
