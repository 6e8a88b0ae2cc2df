package inventory_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// TestConventionsAreBounded: what one holder signs costs the other side only so much, and takes nothing from what others sign.
func TestConventionsAreBounded(t *testing.T) {
	t.Parallel()
	raw, guarded := guardedTown(t)
	withdrawn := inventory.InstantOf(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
	shares := func(id string, edit func(*inventory.Convention)) {
		putUnchecked(t, raw, agreement(func(c *inventory.Convention) {
			c.ID, c.All, c.Cameras = inventory.ID(id), false, []inventory.ID{"none"}
			edit(c)
		}))
	}
	for i := range 99 {
		shares(fmt.Sprintf("a%03d", i), func(*inventory.Convention) {})
		shares(fmt.Sprintf("b%03d", i), func(c *inventory.Convention) { c.WithdrawnAt = &withdrawn })
		shares(fmt.Sprintf("c%03d", i), func(c *inventory.Convention) { c.To = "2026-11-21" })
	}
	shares("x", func(c *inventory.Convention) { c.Cameras = []inventory.ID{"c1-north"} })
	shares("y", func(c *inventory.Convention) { c.Cameras = []inventory.ID{"c2-north"} })
	shares("z", func(c *inventory.Convention) { c.Holder, c.Cameras = "company", []inventory.ID{"c1-company"} })
	for id, seen := range map[inventory.ID]bool{"c1-north": true, "c2-north": false, "c1-company": true} {
		if _, err := guarded.Cameras().Get(as(t, editor("south")), id); (err == nil) != seen {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// TestConventionSurfaceIsBounded: a surface of a convention has two thousand positions at most.
func TestConventionSurfaceIsBounded(t *testing.T) {
	t.Parallel()
	for positions, valid := range map[int]bool{2000: true, 2001: false} {
		ring := make(orb.Ring, 0, positions)
		for i := range positions - 1 {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(positions-1))
			ring = append(ring, orb.Point{3 + 0.1*cos, 43 + 0.1*sin})
		}
		ring = append(ring, ring[0])
		err := agreement(func(c *inventory.Convention) { c.All, c.Area = false, inventory.Surface{{ring}} }).Validate()
		if (err == nil) != valid {
			t.Errorf("%d positions: %v", positions, err)
		}
	}
}
