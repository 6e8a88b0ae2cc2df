package inventory_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/sqlite"
)

// BenchmarkGuardedBox reads the 200 cameras of a box among 20,000 through the guard, by somebody with no convention, with one
// and with twenty; the cameras of the box are those that the caller sees. Without a guard is what it is compared with.
func BenchmarkGuardedBox(b *testing.B) {
	store, err := sqlite.Open(context.WithoutCancel(b.Context()), filepath.Join(b.TempDir(), "vigie.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	var cameras []inventory.Camera
	for i := range 20_000 {
		at := inventory.Point{0.001 * float64(i%200), 45 + 0.001*float64(i/200)}
		holder := inventory.ID("south")
		if i%200 >= 100 { // the other half of each row is of others
			holder = inventory.ID(fmt.Sprintf("h%d", i%20))
		}
		cameras = append(cameras, inventory.Camera{
			ID: inventory.ID(fmt.Sprintf("c%05d", i)), Holder: holder, Deployment: "d-" + holder, Category: inventory.Fixed, Location: &at,
		})
	}
	if err := store.Cameras().Put(b.Context(), cameras...); err != nil {
		b.Fatal(err)
	}
	mine, both := boxFrom(0, 0.0995), boxFrom(0.05, 0.1495)
	guarded := inventory.Guard(store, nil)
	ctx := inventory.WithCaller(b.Context(), editor("south"))
	read := func(name string, shelf inventory.Shelf[inventory.Camera], box orb.Bound) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				found, err := inventory.All(ctx, shelf, inventory.Query{Area: box})
				if err != nil || len(found) != 200 {
					b.Fatal(len(found), err)
				}
			}
		})
	}
	agree := func(n int, edit func(*inventory.Convention)) {
		for i := range n {
			c := agreement(edit)
			c.ID, c.Holder = inventory.ID(fmt.Sprintf("a%d", i)), inventory.ID(fmt.Sprintf("h%d", i))
			if !c.All {
				c.Deployments = []inventory.ID{"d-" + c.Holder}
			}
			if err := inventory.PutValid(b.Context(), store.Conventions(), c); err != nil {
				b.Fatal(err)
			}
		}
	}
	byDeployment := func(c *inventory.Convention) { c.All = false }
	read("unguarded", store.Cameras(), mine)
	read("conventions=0", guarded.Cameras(), mine)
	agree(1, nil)
	read("conventions=1", guarded.Cameras(), mine)
	agree(1, byDeployment)
	read("conventions=1/deployment", guarded.Cameras(), mine)
	agree(20, nil)
	read("conventions=20", guarded.Cameras(), both)
	agree(20, byDeployment)
	read("conventions=20/deployments", guarded.Cameras(), both)
	agree(20, func(c *inventory.Convention) { c.Disclosure = inventory.DisclosureStreet })
	b.Run("conventions=20/street", func(b *testing.B) {
		for b.Loop() {
			if found, err := inventory.All(ctx, inventory.Disclosed(guarded), inventory.Query{Area: both}); err != nil || len(found) < 150 {
				b.Fatal(len(found), err)
			}
		}
	})
}

// boxFrom holds two rows of a hundred cameras.
func boxFrom(west, east float64) orb.Bound {
	return orb.Bound{Min: orb.Point{west - 0.0005, 45.0095}, Max: orb.Point{east, 45.0115}}
}
