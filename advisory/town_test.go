package advisory_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"vigie/advisory"
	"vigie/geo"
	"vigie/inventory"
	"vigie/inventory/sqlite"
)

// town is a made-up town on a sheet of metres, in a real store.
type town struct {
	t     testing.TB
	store inventory.Store
	frame geo.Frame
}

func newTown(tb testing.TB) town {
	tb.Helper()
	store, err := sqlite.Open(tb.Context(), filepath.Join(tb.TempDir(), "town.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := store.Close(); err != nil {
			tb.Error(err)
		}
	})
	frame, err := geo.NewFrame(orb.Point{2.35, 46.9})
	if err != nil {
		tb.Fatal(err)
	}
	return town{t: tb, store: store, frame: frame}
}

// square is a rectangle from corner to corner, metres east and north.
func (w town) square(x0, y0, x1, y1 float64) inventory.Surface {
	ring := orb.Ring{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}}
	for i, p := range ring {
		ring[i] = w.frame.ToLonLat(p)
	}
	return inventory.Surface{{ring}}
}

// camera is a fixed camera in service, metres east and north.
func (w town) camera(id inventory.ID, x, y float64, heads ...inventory.Head) inventory.Camera {
	at := inventory.Point(w.frame.ToLonLat(orb.Point{x, y}))
	return inventory.Camera{
		ID: id, Holder: "town", Category: inventory.Fixed, Status: inventory.InService, Location: &at, Heads: heads,
	}
}

func (w town) putCameras(cameras ...inventory.Camera) {
	w.t.Helper()
	if err := w.store.Cameras().Put(w.t.Context(), cameras...); err != nil {
		w.t.Fatal(err)
	}
}

func (w town) putAreas(areas ...inventory.Area) {
	w.t.Helper()
	if err := w.store.Areas().Put(w.t.Context(), areas...); err != nil {
		w.t.Fatal(err)
	}
}

func (w town) advisor() advisory.Advisor {
	return advisory.Advisor{Store: w.store, Book: loadBook(w.t), Software: "test"}
}

func (w town) assess(request inventory.AssessmentRequest) inventory.AssessmentResult {
	w.t.Helper()
	return w.assessBy(w.advisor(), request)
}

func (w town) assessBy(advisor advisory.Advisor, request inventory.AssessmentRequest) inventory.AssessmentResult {
	w.t.Helper()
	assessment, err := advisor.Assess(context.WithoutCancel(w.t.Context()), request)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := assessment.Validate(); err != nil {
		w.t.Errorf("the assessment is not valid: %v", err)
	}
	return assessment.Result
}

// optics are those of a head 60° wide that records 1920 px: it sees 1920/(2·tan 30°)/d metres far at d px/m.
func optics() inventory.Head {
	return inventory.Head{ID: "1", Kind: inventory.HeadFixed, HFOVDeg: new(60.0), RecordedWidthPx: new(1920)}
}

func looking(bearingDeg float64) inventory.Head {
	h := optics()
	h.BearingDeg = &bearingDeg
	return h
}

func level(tb testing.TB, levels []inventory.LevelResult, code string) inventory.LevelResult {
	tb.Helper()
	for _, l := range levels {
		if l.Code == code {
			return l
		}
	}
	tb.Fatalf("no level %q in %+v", code, levels)
	return inventory.LevelResult{}
}

func warned(r inventory.AssessmentResult, code string) bool {
	for _, w := range r.Warnings {
		if w.Code == code {
			return true
		}
	}
	return false
}

// assumed gives for how many cameras something was assumed.
func assumed(r inventory.AssessmentResult, code string) int {
	for _, a := range r.Assumptions {
		if a.Code == code {
			return a.Cameras
		}
	}
	return 0
}
