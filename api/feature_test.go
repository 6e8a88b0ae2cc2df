package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/paulmach/orb/geojson"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// oddCamera has every field, and texts and numbers that JSON writes in more than one way.
func oddCamera() inventory.Camera {
	odd := inventorytest.FullCamera()
	odd.ID, odd.Name, odd.Address = "odd", "<b>&\"\\é\n\u2028𝄞", "x\ttab"
	odd.Location = &inventory.Point{1e-7, -2.5e-9}
	return odd
}

// TestFeatures: a feature has the bytes that encoding/json writes of a record's members as a map, in pages and alone, of the OGC
// API and of the list.
func TestFeatures(t *testing.T) {
	t.Parallel()
	base, store := newServer(t, openSQLite)
	cameras := []inventory.Camera{oddCamera(), inventorytest.FullCamera(), inventorytest.FullMobileCamera()}
	for camera := range inventorytest.France(50) {
		cameras = append(cameras, camera)
	}
	if err := store.Cameras().Put(t.Context(), cameras...); err != nil {
		t.Fatal(err)
	}
	_, page := request(t, "GET", base+"/ogc/collections/cameras/items", nil, "")
	_, list := request(t, "GET", base+"/api/v1/cameras", map[string]string{"Accept": "application/geo+json"}, "")
	for _, camera := range cameras {
		want := featureText(t, camera)
		_, alone := request(t, "GET", base+"/ogc/collections/cameras/items/"+string(camera.ID), nil, "")
		if !strings.Contains(page, want) || !strings.Contains(list, want) || !strings.HasPrefix(alone, strings.TrimSuffix(want, "}")) {
			t.Fatalf("%s\nis not in\n%s\n%s\n%s", want, page, list, alone)
		}
	}
	if !strings.Contains(page, `"numberMatched":53,"numberReturned":53}`) || !strings.HasSuffix(list, "}]}") {
		t.Errorf("%.300s … %.300s", page[len(page)-300:], list[len(list)-300:])
	}
}

// featureText is a camera as encoding/json writes it as a feature.
func featureText(t *testing.T, camera inventory.Camera) string {
	t.Helper()
	text, err := json.Marshal(camera)
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Type       string                     `json:"type"`
		ID         inventory.ID               `json:"id"`
		Geometry   *geojson.Geometry          `json:"geometry"`
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if err := json.Unmarshal(text, &f.Properties); err != nil {
		t.Fatal(err)
	}
	delete(f.Properties, "id")
	delete(f.Properties, "location")
	if f.Type, f.ID = "Feature", camera.ID; camera.Location != nil {
		f.Geometry = geojson.NewGeometry(camera.Shape())
	}
	if text, err = json.Marshal(f); err != nil {
		t.Fatal(err)
	}
	return string(text)
}
