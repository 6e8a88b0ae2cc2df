-- Version 3: cameras in the order in which they come.
--
-- A camera's document is long beside a page, and in a table without row numbers the inner pages of the tree held
-- documents as well: it was deep, and split at every third camera. Now rows are appended under a number of their own; a
-- batch comes in the order of the Hilbert cells, so that neighbours still lie in the same pages, and an index leads from
-- the cells to the rows. The other indexes lead to the short number instead of the cell and the id.
--
-- The indexes of the import and of the last change, which many records share, are in the order of the rows, so that they
-- grow where the table does; they end with the id, so that it is known without the table.

ALTER TABLE cameras RENAME TO cameras_before;
DROP INDEX cameras_id;
DROP INDEX cameras_holder;
DROP INDEX cameras_deployment;
DROP INDEX cameras_commune;
DROP INDEX cameras_department;
DROP INDEX cameras_groups;
DROP INDEX cameras_import;
DROP INDEX cameras_updated;

CREATE TABLE cameras (
  n          INTEGER PRIMARY KEY,
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
  doc        TEXT NOT NULL
) STRICT;

INSERT INTO cameras (cell, id, lon, lat, holder, deployment, commune, department, status, category, import, updated, doc)
SELECT cell, id, lon, lat, holder, deployment, commune, department, status, category, import, updated, doc
FROM cameras_before ORDER BY cell, id;
DROP TABLE cameras_before;

CREATE UNIQUE INDEX cameras_id ON cameras (id);
CREATE INDEX cameras_cell ON cameras (cell);
CREATE INDEX cameras_holder ON cameras (holder, id) WHERE holder IS NOT NULL;
CREATE INDEX cameras_deployment ON cameras (deployment, id) WHERE deployment IS NOT NULL;
CREATE INDEX cameras_commune ON cameras (commune, id) WHERE commune IS NOT NULL;
CREATE INDEX cameras_department ON cameras (department, id) WHERE department IS NOT NULL;
CREATE INDEX cameras_groups ON cameras (department, holder, category, status);
CREATE INDEX cameras_import ON cameras (import, n, id) WHERE import IS NOT NULL;
CREATE INDEX cameras_updated ON cameras (updated, n, id) WHERE updated IS NOT NULL;
