-- Version 17: the index of the keys of cameras may be left out while an empty table is filled.
--
-- Nothing changes here; but a program that does not know of it must not write to a file in which cameras_id is missing.
-- Whoever writes to such a file builds it first, and so does whoever opens it.

CREATE UNIQUE INDEX IF NOT EXISTS cameras_id ON cameras (id);
