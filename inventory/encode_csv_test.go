package inventory_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// TestCSVHasWhatTheJSONHas of records of every kind: the same fields with the same values, in the same order.
func TestCSVHasWhatTheJSONHas(t *testing.T) {
	cameras := slices.Collect(inventorytest.France(300))
	for i, camera := range []inventory.Camera{fullCamera(), inventorytest.FullCamera(), inventorytest.FullMobileCamera()} {
		camera.Extra = map[string]string{"z": "last", "a": "first", fmt.Sprint(i): "of its own", "": "of no name", "empty": ""}
		cameras = append(cameras, camera)
	}
	heads := inventorytest.FullCamera()
	for i := range 12 { // the tenth comes after the ninth
		heads.Heads = append(heads.Heads, inventory.Head{ID: fmt.Sprint(3 + i), Masks: []inventory.Mask{{}, {FromDeg: 10, ToDeg: 20}}})
	}
	heads.ID = "heads"
	csvAsJSON(t, inventory.KindCameras, inventory.Store.Cameras, append(cameras, heads)...)
	csvAsJSON(t, inventory.KindCameras, inventory.Store.Cameras, inventorytest.FullCamera())
	csvAsJSON(t, inventory.KindAreas, inventory.Store.Areas, inventorytest.FullArea(), inventory.Area{
		ID: "bare", Category: inventory.AreaPriority, Name: "Bare", Geometry: inventorytest.FullArea().Geometry,
		Requirement: &inventory.Requirement{Level: "perceive"},
	})
	csvAsJSON(t, inventory.KindObstacles, inventory.Store.Obstacles, inventorytest.FullObstacle())
	csvAsJSON(t, inventory.KindCandidates, inventory.Store.Candidates, inventorytest.Candidates()...)
	csvAsJSON(t, inventory.KindEquipment, inventory.Store.Equipment, inventorytest.FullEquipment())
}

func csvAsJSON[T inventory.Record](t *testing.T, kind inventory.Kind, shelf func(inventory.Store) inventory.Shelf[T], records ...T) {
	t.Helper()
	store := openStore(t)
	if err := shelf(store).Put(t.Context(), records...); err != nil {
		t.Fatal(err)
	}
	text := export(t, store, inventory.ExportOptions{Kind: kind, Format: inventory.FormatCSV})
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(lines) != 1+len(records) {
		t.Fatalf("%d lines of %d %s, %v", len(lines), len(records), kind, err)
	}
	slices.SortFunc(records, func(a, b T) int { return strings.Compare(string(a.Key()), string(b.Key())) })
	apart := []string{"vigie", "lon", "lat", "wkt", "crs"} // columns of no field
	used := map[string]bool{}
	for i, record := range records {
		before := 0 // the mark
		for _, leaf := range jsonLeaves(t, record) {
			at := slices.Index(lines[0], leaf.path)
			if at <= before {
				t.Errorf("%s: %s is column %d, after %d", record.Key(), leaf.path, at, before)
			} else if got := lines[1+i][at]; !leaf.is(got) {
				t.Errorf("%s: %s is %q, not %v", record.Key(), leaf.path, got, leaf.value)
			}
			before, used[leaf.path] = at, true
			if at >= 0 {
				lines[1+i][at] = ""
			}
		}
		for at, cell := range lines[1+i] {
			if path := lines[0][at]; cell != "" && !slices.Contains(apart, path) {
				t.Errorf("%s: %s is %q, and no field", record.Key(), path, cell)
			}
		}
	}
	for _, path := range lines[0] {
		if !used[path] && !slices.Contains(apart, path) {
			t.Errorf("no record has a %s", path)
		}
	}
}

// jsonLeaf is one value of a record that is no empty text and no place.
type jsonLeaf struct {
	path  string
	value json.Token
}

func (l jsonLeaf) is(text string) bool {
	number, ok := l.value.(json.Number)
	if !ok {
		return fmt.Sprint(l.value) == text
	}
	want, err := number.Float64()
	got, gotErr := strconv.ParseFloat(text, 64)
	return err == nil && gotErr == nil && math.Float64bits(want) == math.Float64bits(got)
}

// jsonLeaves are the values of a record in the order of its JSON.
func jsonLeaves[T inventory.Record](t *testing.T, record T) (leaves []jsonLeaf) {
	t.Helper()
	text, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	next := func() json.Token {
		token, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	var read func(path string)
	read = func(path string) {
		switch token := next(); token {
		case json.Delim('{'):
			for decoder.More() {
				read(strings.TrimPrefix(fmt.Sprintf("%s.%s", path, next()), "."))
			}
			next()
		case json.Delim('['):
			for i := 0; decoder.More(); i++ {
				read(fmt.Sprintf("%s[%d]", path, i))
			}
			next()
		default:
			head, _, _ := strings.Cut(path, ".")
			if token != "" && !slices.Contains([]string{"location", "planLocation", "geometry"}, head) {
				leaves = append(leaves, jsonLeaf{path, token})
			}
		}
	}
	read("")
	return leaves
}

// TestCSVColumns stand as the fields do, whichever record brings them first.
func TestCSVColumns(t *testing.T) {
	store := openStore(t)
	putAll(t, store, []inventory.Camera{
		{ID: "1", Holder: "ville", Category: inventory.Fixed, Location: &inventory.Point{2, 48}, Extra: map[string]string{"b": "B"}},
		{ID: "2", Holder: "ville", Category: inventory.Drone, Unit: "U", Heads: []inventory.Head{
			{ID: "1", Purposes: []inventory.Purpose{"P01", "P05"}}, {ID: "2", BearingDeg: to(0.0), RecordedWidthPx: to(1), PrivacyMask: to(false)},
		}},
		{ID: "3", Holder: "ville", Name: "Nord, \"2\"", Category: inventory.Drone, Unit: "U",
			Heads: []inventory.Head{{ID: "1", TiltDeg: to(1e-7), Masks: []inventory.Mask{{ToDeg: 12.5}}}},
			Extra: map[string]string{"c": "C", "a.b": "A"}},
	})
	want := `vigie,id,holder,name,category,unit,heads[0].id,heads[0].tiltDeg,heads[0].purposes[0],heads[0].purposes[1],` +
		`heads[0].masks[0].fromDeg,heads[0].masks[0].toDeg,heads[1].id,heads[1].bearingDeg,heads[1].recordedWidthPx,` +
		`heads[1].privacyMask,extra.a.b,extra.b,extra.c,lon,lat,crs
camera/1,1,ville,,fixed,,,,,,,,,,,,,B,,2,48,EPSG:4326
camera/1,2,ville,,drone,U,1,,P01,P05,,,2,0,1,false,,,,,,EPSG:4326
camera/1,3,ville,"Nord, ""2""",drone,U,1,1e-07,,,0,12.5,,,,,A,,C,,,EPSG:4326
`
	if got := string(export(t, store, inventory.ExportOptions{Kind: inventory.KindCameras, Format: inventory.FormatCSV})); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestCSVOfRecordsThatChange is an error where a record has a field now that none had when the columns were found.
func TestCSVOfRecordsThatChange(t *testing.T) {
	for path, change := range map[string]func(*inventory.Camera){
		"name":             func(c *inventory.Camera) { c.Name = "new" },
		"heads[2].id":      func(c *inventory.Camera) { c.Heads = append(c.Heads, inventory.Head{ID: "3"}) },
		"heads[1].tiltDeg": func(c *inventory.Camera) { c.Heads[1].TiltDeg = to(1.0) },
		"extra.new":        func(c *inventory.Camera) { c.Extra["new"] = "new" },
	} {
		camera := fullCamera()
		camera.Name = ""
		store := changingStore{Store: openStore(t), change: change}
		putAll(t, store.Store, []inventory.Camera{camera})
		err := inventory.Export(t.Context(), &store, io.Discard, inventory.ExportOptions{Kind: inventory.KindCameras, Format: inventory.FormatCSV})
		if want := "export cameras: camera cam-1 changed during the export: " + path; err == nil || err.Error() != want {
			t.Errorf("%v, not %s", err, want)
		}
	}
}

// changingStore changes the cameras after they were found once.
type changingStore struct {
	inventory.Store
	change func(*inventory.Camera)
	found  int
}

func (s *changingStore) Cameras() inventory.Shelf[inventory.Camera] {
	return changingShelf{s.Store.Cameras(), s}
}

type changingShelf struct {
	inventory.Shelf[inventory.Camera]
	store *changingStore
}

func (s changingShelf) Find(ctx context.Context, q inventory.Query) iter.Seq2[inventory.Camera, error] {
	s.store.found++
	change := s.store.found > 1
	return func(yield func(inventory.Camera, error) bool) {
		for c, err := range s.Shelf.Find(ctx, q) {
			if change {
				s.store.change(&c)
			}
			if !yield(c, err) {
				return
			}
		}
	}
}
