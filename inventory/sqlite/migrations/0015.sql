-- Version 15: counting cameras by the cells of a grid, for maps.
--
-- The index of the cells says by itself what cameras are mostly filtered and counted by, so that no record is read to
-- count those of a part of the map. cameras_squares counts them by the squares of order 12 (cell >> 24, -1 without a
-- place) and by the columns of cameras_groups, for maps of a whole country.

DROP INDEX cameras_cell;
CREATE INDEX cameras_cell ON cameras (cell, status, holder, category, department);

CREATE TABLE cameras_squares (
  square     INTEGER NOT NULL,
  department TEXT,
  holder     TEXT,
  category   TEXT,
  status     TEXT,
  rows       INTEGER NOT NULL
) STRICT;

INSERT INTO cameras_squares (square, department, holder, category, status, rows)
SELECT cell >> 24, department, holder, category, status, count(*) FROM cameras GROUP BY 1, 2, 3, 4, 5;
CREATE INDEX cameras_squares_square ON cameras_squares (square, holder);
