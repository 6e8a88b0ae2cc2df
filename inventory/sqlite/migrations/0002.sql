-- Version 2: counting cameras by département, holder, category or status reads this index alone, in its order.

CREATE INDEX cameras_groups ON cameras (department, holder, category, status);
