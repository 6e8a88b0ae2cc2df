-- Version 2: what an import costs, and counting.
--
-- Counting cameras by département, holder, category or status reads one index alone, in its order; the ones on status
-- and category, that many records share, said no more.
--
-- An import brings many records with one identifier and one moment: their keys are random, and in the order of the keys
-- each batch touched every page of those two indexes. In the order of the cells (which follow the columns, as the key of
-- the table) they grow where the table does.

DROP INDEX cameras_status;
DROP INDEX cameras_category;
DROP INDEX cameras_import;
DROP INDEX cameras_updated;
CREATE INDEX cameras_groups ON cameras (department, holder, category, status);
CREATE INDEX cameras_import ON cameras (import) WHERE import IS NOT NULL;
CREATE INDEX cameras_updated ON cameras (updated) WHERE updated IS NOT NULL;
