package api_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// surveyed are the cameras that the abstract tests ask for: drawn by lot on a grid of 0.01°, some without a place, some of whose
// values are unknown.
func surveyed() []inventory.Camera {
	draw := rand.New(rand.NewPCG(17, 69))
	names := []string{"Place d'Arç", "place de la Comédie", "GARE SAINT-ROCH", "Gare Saint-Roch", "50 % couvert", "a_b", "Bérange", "Bar", ""}
	cameras := make([]inventory.Camera, 48)
	for i := range cameras {
		one := inventory.Camera{
			ID: inventory.ID(fmt.Sprintf("c%02d", i)), Holder: inventory.ID(fmt.Sprintf("h%d", i%3)), Name: names[i%len(names)],
			Category: inventory.Fixed, Status: []inventory.Status{inventory.InService, inventory.Planned}[i%2],
			Location: &inventory.Point{float64(380+draw.IntN(12)) / 100, float64(4355+draw.IntN(12)) / 100},
			Commune:  []string{"34172", "34057", "30189", ""}[draw.IntN(4)],
			Mounting: inventory.Mounting{HeightM: oneOf(draw, 3.14, 0, 1, 2, 3, 4.5, 100)},
			Critical: oneOf(draw, true, false), InServiceSince: days()[draw.IntN(len(days()))], MaintainedOn: days()[draw.IntN(len(days()))],
		}
		one.Department = one.Commune[:min(2, len(one.Commune))]
		if i%12 == 5 {
			one.Location, one.Category, one.Unit = nil, inventory.BodyWorn, "Brigade de nuit"
		}
		at := inventory.InstantOf(time.Date(2022, 4, 14, 14, 48, 46+(i%5)-2, 0, time.UTC).AddDate(i%3-1, 0, 0))
		one.Provenance.UpdatedAt = &at
		cameras[i] = one
	}
	sees := &cameras[0] // the ground of the study
	sees.Location, sees.Mounting.HeightM = &inventory.Point{3.8781, 43.6085}, new(4.0)
	sees.Heads = []inventory.Head{{ID: "1", BearingDeg: new(90.0), HFOVDeg: new(90.0), RecordedWidthPx: new(1920), RecordedHeightPx: new(1080)}}
	return cameras
}

// days are those of the cameras: before, at the ends of, in and after the year 2021, and around the 14th of April 2022.
func days() []inventory.Date {
	return []inventory.Date{"", "2020-06-01", "2020-12-31", "2021-01-01", "2021-06-15", "2021-12-31", "2022-01-01", "2022-04-14", "2022-04-15", "2022-04-24"}
}

// oneOf draws a value, or none.
func oneOf[T any](draw *rand.Rand, values ...T) *T {
	if i := draw.IntN(len(values) + 1); i > 0 {
		return new(values[i-1])
	}
	return nil
}

// rectangle is an area along the axes, in hundredths of a degree.
type rectangle struct{ west, south, east, north int }

// rectangles lie to each other in every way that two surfaces can.
func rectangles() []rectangle {
	return []rectangle{
		{380, 4355, 384, 4359}, {380, 4355, 384, 4359}, {381, 4356, 383, 4358}, {382, 4357, 388, 4363}, {384, 4355, 388, 4359}, {384, 4359, 388, 4363},
		{390, 4370, 391, 4371}, {380, 4359, 384, 4363}, {376, 4350, 392, 4372}, {384, 4360, 386, 4361}, {380, 4356, 382, 4358}, {387, 4364, 389, 4366},
		{387, 4360, 388, 4361}, // the ground of the study
	}
}

func degrees(hundredths int) float64 { return float64(hundredths) / 100 }

func (r rectangle) bound() orb.Bound {
	return orb.Bound{Min: orb.Point{degrees(r.west), degrees(r.south)}, Max: orb.Point{degrees(r.east), degrees(r.north)}}
}

// text are its four numbers.
func (r rectangle) text() string {
	return fmt.Sprintf("%v,%v,%v,%v", degrees(r.west), degrees(r.south), degrees(r.east), degrees(r.north))
}

// fillSurvey stores the cameras, the rectangles as areas, one record of each other kind, and a coverage study.
func fillSurvey(t *testing.T, base string, store inventory.Store) {
	t.Helper()
	ctx := t.Context()
	var areas []inventory.Area
	for i, r := range rectangles() {
		areas = append(areas, rectangleArea(i, r))
	}
	for _, err := range []error{
		store.Cameras().Put(ctx, surveyed()...), store.Areas().Put(ctx, areas...),
		store.Obstacles().Put(ctx, inventorytest.FullObstacle()), store.Deployments().Put(ctx, inventorytest.FullDeployment()),
		store.Candidates().Put(ctx, inventorytest.Candidates()...),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if answer, text := request(t, "POST", base+"/api/v1/assessments?wait=30", sendJSON, `{"area":"a12"}`); answer.StatusCode != http.StatusCreated {
		t.Fatal(answer.StatusCode, text)
	}
}

// idsWhere are the cameras that a condition keeps, in order.
func idsWhere(keep func(inventory.Camera) bool) []string {
	var ids []string
	for _, camera := range surveyed() {
		if keep(camera) {
			ids = append(ids, string(camera.ID))
		}
	}
	slices.Sort(ids)
	return ids
}

// rectangleArea is the area of a rectangle.
func rectangleArea(i int, r rectangle) inventory.Area {
	at := inventory.InstantOf(clock().AddDate(0, 0, -i))
	return inventory.Area{
		ID: inventory.ID(fmt.Sprintf("a%02d", i)), Category: inventory.AreaPriority, Name: fmt.Sprintf("Carré %d", i), Commune: "34172",
		Geometry: inventory.Surface{r.bound().ToPolygon()}, Provenance: inventory.Provenance{UpdatedAt: &at},
	}
}

// rectanglesWhere are the areas whose rectangles a condition keeps, in order.
func rectanglesWhere(keep func(rectangle) bool) []string {
	var ids []string
	for i, r := range rectangles() {
		if keep(r) {
			ids = append(ids, fmt.Sprintf("a%02d", i))
		}
	}
	return ids
}

// meets tells whether two rectangles have a point in common.
func (r rectangle) meets(o rectangle) bool {
	return r.west <= o.east && o.west <= r.east && r.south <= o.north && o.south <= r.north
}
