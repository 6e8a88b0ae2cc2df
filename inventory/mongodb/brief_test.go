package mongodb_test

import (
	"encoding/json"
	"strings"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/mongodb"
)

// TestLargeFields: each field that the server is told to leave out is one of the record, and lacks in its brief form.
func TestLargeFields(t *testing.T) {
	studies, plans := mongodb.LargeFields()
	lacksFields(t, inventorytest.FullAssessment(), studies)
	lacksFields(t, inventorytest.FullRecommendation(), plans)
}

func lacksFields[T inventory.Record](t *testing.T, whole T, paths []string) {
	t.Helper()
	for _, path := range paths {
		full, brief := valueAt(t, whole, path), valueAt(t, inventory.BriefOf(whole), path)
		if full == "" || full == "null" || full == brief {
			t.Errorf("%s of %T is %.40q, in brief %.40q", path, whole, full, brief)
		}
	}
}

// valueAt is the JSON at a path in the JSON of a value, that of the first element in a list; empty when there is none.
func valueAt(t *testing.T, value any, path string) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Split(path, ".") {
		var list []json.RawMessage
		if json.Unmarshal(text, &list) == nil && len(list) > 0 {
			text = list[0]
		}
		fields := map[string]json.RawMessage{}
		if err := json.Unmarshal(text, &fields); err != nil {
			t.Fatalf("%s of %.40s: %v", name, text, err)
		}
		text = fields[name]
	}
	return string(text)
}
