package api

import (
	"math"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/paulmach/orb"

	"vigie/inventory"
)

// FuzzTileAddress: whatever stands in an address is a tile of the world, or none.
func FuzzTileAddress(f *testing.F) {
	for _, address := range [][3]string{{"5", "16", "11.mvt"}, {"22", "4194303", "0.mvt"}, {"0", "0", "0.mvt"}, {"-1", "x", ".mvt"}, {"1", "2", "0.mvt"}, {"4294967301", "0", "0.mvt"}} {
		f.Add(address[0], address[1], address[2])
	}
	f.Fuzz(func(t *testing.T, z, x, y string) {
		c, _ := gin.CreateTestContext(httptest.NewRecorder())
		c.Request = httptest.NewRequest(http.MethodGet, "/", nil)
		c.Params = gin.Params{{Key: "z", Value: z}, {Key: "x", Value: x}, {Key: rowParam, Value: y}}
		at, err := tileOf(c)
		if err != nil {
			return
		}
		if side := uint32(1) << at.z; at.z > lastZoom || at.x >= side || at.y >= side {
			t.Fatalf("%q/%q/%q is %v", z, x, y, at)
		}
		box := at.bound()
		if box.IsEmpty() || !at.holds(box.Center()) {
			t.Errorf("%v does not hold the middle of %v", at, box)
		}
		if in, ok := at.cells(); ok {
			if err := in.Validate(); err != nil {
				t.Errorf("%v: %+v: %v", at, in, err)
			}
		}
	})
}

// TestTilesShareTheWorld: every place of the map is one tile's, and so is every cell.
func TestTilesShareTheWorld(t *testing.T) {
	t.Parallel()
	for z := range uint32(6) {
		side := uint32(1) << z
		for _, p := range []orb.Point{
			{0, 0}, {180, 0}, {-180, 0}, {180, highestLat}, {-180, -highestLat}, {2.25, 48.85}, {-90, latOf(z, side/2)}, {11.25, latOf(z, side/3)}, {3, 86},
		} {
			n := 0
			for x := range side {
				for y := range side {
					if (tile{z, x, y}).holds(p) {
						n++
					}
				}
			}
			if want := 1; n != want && math.Abs(p.Lat()) <= highestLat || n > 0 && math.Abs(p.Lat()) > highestLat {
				t.Errorf("level %d: %v is in %d tiles", z, p, n)
			}
		}
		for x := range side {
			next := uint32(0)
			for y := range side {
				in, ok := tile{z, x, side - 1 - y}.cells()
				if !ok || in.West != x<<finer || next > 0 && in.South != next {
					t.Fatalf("level %d: the cells of column %d, row %d are %+v, after row %d", z, x, y, in, next)
				}
				next = in.North + 1
				if middle := in.Middle(inventory.Cell{Column: in.West, Row: in.South}); middle.Lat() < in.Bound().Bottom() {
					t.Errorf("%v", middle)
				}
			}
		}
	}
}
