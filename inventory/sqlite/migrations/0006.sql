-- Version 6: what is kept of many cameras at once.
--
-- Six indexes of single rows said the same of thousands of cameras that lie next to each other, and took two thirds of
-- the time of a write. Instead, cameras_terms says which values an attribute has in each block of 64 rows with
-- consecutive numbers (block n / 64): the rows of those blocks are looked at.
--
-- cameras_groups counts the cameras of each group of values, so that counting reads a row for each group.

CREATE TABLE cameras_terms (
  attr  TEXT NOT NULL,
  value TEXT NOT NULL,
  block INTEGER NOT NULL,
  PRIMARY KEY (attr, value, block)
) WITHOUT ROWID, STRICT;

INSERT INTO cameras_terms SELECT DISTINCT 'commune', commune, n / 64 FROM cameras WHERE commune IS NOT NULL ORDER BY 2, 3;
INSERT INTO cameras_terms SELECT DISTINCT 'department', department, n / 64 FROM cameras WHERE department IS NOT NULL ORDER BY 2, 3;
INSERT INTO cameras_terms SELECT DISTINCT 'deployment', deployment, n / 64 FROM cameras WHERE deployment IS NOT NULL ORDER BY 2, 3;
INSERT INTO cameras_terms SELECT DISTINCT 'holder', holder, n / 64 FROM cameras WHERE holder IS NOT NULL ORDER BY 2, 3;
INSERT INTO cameras_terms SELECT DISTINCT 'import', import, n / 64 FROM cameras WHERE import IS NOT NULL ORDER BY 2, 3;
INSERT INTO cameras_terms SELECT DISTINCT 'updated', updated, n / 64 FROM cameras WHERE updated IS NOT NULL ORDER BY 2, 3;

CREATE TABLE cameras_groups_of_four (
  department TEXT,
  holder     TEXT,
  category   TEXT,
  status     TEXT,
  rows       INTEGER NOT NULL
) STRICT;

INSERT INTO cameras_groups_of_four
SELECT department, holder, category, status, count(*) FROM cameras GROUP BY department, holder, category, status;

DROP INDEX cameras_holder;
DROP INDEX cameras_deployment;
DROP INDEX cameras_commune;
DROP INDEX cameras_department;
DROP INDEX cameras_import;
DROP INDEX cameras_updated;
DROP INDEX cameras_groups;
ALTER TABLE cameras_groups_of_four RENAME TO cameras_groups;
CREATE INDEX cameras_groups_values ON cameras_groups (department, holder, category, status);
