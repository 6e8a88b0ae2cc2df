package main

import (
	"testing"
)

// A value may lie in a file that the environment names, with a line's end or without; not in two places at once.
func TestValuesFromFiles(t *testing.T) {
	s := newShell(t)
	s.must(t, "demo", "--store", "sqlite:"+s.path("town.db"))
	s.env["VIGIE_STORE_FILE"] = s.file(t, "store", "sqlite:"+s.path("town.db")+"\n")
	s.must(t, "export", "--kind", "areas").want(t, exitDone, `"FeatureCollection"`)
	s.run(t, "export", "--store", "redis://elsewhere").want(t, exitUsage, "redis")
	s.env["VIGIE_STORE"] = "sqlite:" + s.path("other.db")
	s.run(t, "export").want(t, exitUsage, "VIGIE_STORE: VIGIE_STORE_FILE is set as well")
	delete(s.env, "VIGIE_STORE")
	s.env["VIGIE_STORE_FILE"] = s.path("nothing")
	s.run(t, "export").want(t, exitUsage, "VIGIE_STORE: open ", "no such file")
}
