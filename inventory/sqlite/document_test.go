package sqlite_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/sqlite"
)

// TestQuickReading: every kind of document is read in one pass, to what encoding/json makes of it.
func TestQuickReading(t *testing.T) {
	readsQuickly(t, inventorytest.FullHolder())
	readsQuickly(t, inventorytest.FullDeployment())
	readsQuickly(t, inventorytest.FullCamera())
	readsQuickly(t, inventorytest.FullMobileCamera())
	readsQuickly(t, inventorytest.FullArea())
	readsQuickly(t, inventorytest.FullObstacle())
	readsQuickly(t, inventorytest.FullAssessment())
	readsQuickly(t, inventory.Camera{})
	for camera := range inventorytest.France(500) {
		readsQuickly(t, camera)
	}
}

func readsQuickly[T inventory.Record](t *testing.T, record T) {
	t.Helper()
	doc, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := sqlite.ReadQuickly[T](doc)
	var want T
	if err := json.Unmarshal(doc, &want); err != nil || !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("%s\nis read as %+v, %t\nnot as %+v, %v", doc, got, ok, want, err)
	}
}

// TestQuickReadingGivesUp: of a document that anything was done to, it makes what encoding/json makes, or nothing.
func TestQuickReadingGivesUp(t *testing.T) {
	whole, err := json.Marshal(inventorytest.FullCamera())
	if err != nil {
		t.Fatal(err)
	}
	r, read := rand.New(rand.NewPCG(5, 6)), 0
	const marks = "{}[]\",:.\\ \n0123456789-+eEtfnull\xff\x01é"
	for range 20_000 {
		doc := append([]byte(nil), whole...)
		switch at := r.IntN(len(doc)); r.IntN(4) {
		case 0:
			doc[at] = marks[r.IntN(len(marks))]
		case 1:
			doc = append(doc[:at], doc[at+1:]...)
		case 2:
			doc = append(doc[:at:at], append([]byte{marks[r.IntN(len(marks))]}, doc[at:]...)...)
		case 3:
			doc = doc[:at]
		}
		got, ok := sqlite.ReadQuickly[inventory.Camera](doc)
		if !ok {
			continue
		}
		read++
		var want inventory.Camera
		if err := json.Unmarshal(doc, &want); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\nis read as %+v\nnot as %+v, %v", doc, got, want, err)
		}
	}
	if read < 1000 {
		t.Errorf("only %d documents were read: the test is too weak", read)
	}
}
