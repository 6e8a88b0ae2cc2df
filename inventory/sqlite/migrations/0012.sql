-- Version 12: whom a convention is with is looked up whenever cameras are read.

CREATE INDEX conventions_deployment ON conventions (deployment, id) WHERE deployment IS NOT NULL;
