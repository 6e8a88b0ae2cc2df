package mongodb_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/tidwall/geodesic"

	"vigie/inventory/mongodb"
)

// boxes are boxes all over the world, from a point to some that span 160 degrees.
func boxes(n int) []orb.Bound {
	r := rand.New(rand.NewPCG(4, 2026))
	all := make([]orb.Bound, n)
	for i := range all {
		south := -88.9 + 177*r.Float64()
		north := math.Min(88.9, south+60*math.Pow(10, -6*r.Float64()))
		west := -180 + 360*r.Float64()
		all[i] = orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{west + 160*math.Pow(10, -7*r.Float64()), north}}
		if i%10 == 0 {
			all[i].Max = all[i].Min
		}
	}
	return all
}

// Every edge along a parallel, as a geodesic of the sphere and of the ellipsoid, leaves the box on its own side.
func TestAroundHoldsTheBox(t *testing.T) {
	sphere := geodesic.NewEllipsoid(6371008.8, 0)
	for _, box := range boxes(3000) {
		ring, ok := mongodb.Around(box)
		if !ok {
			t.Fatalf("no polygon around %v", box)
		}
		half := (len(ring) - 1) / 2
		for name, earth := range map[string]*geodesic.Ellipsoid{"sphere": sphere, "WGS 84": geodesic.WGS84} {
			for i := range half - 1 {
				for _, share := range []float64{0, 0.25, 0.5, 0.9} {
					if lat := latAlong(earth, ring[i], ring[i+1], share); lat >= box.Bottom() {
						t.Fatalf("%s: the south of %v is cut at %v", name, box, lat)
					}
					if lat := latAlong(earth, ring[half+i], ring[half+i+1], share); lat <= box.Top() {
						t.Fatalf("%s: the north of %v is cut at %v", name, box, lat)
					}
				}
			}
		}
		if south := box.Bottom() - ring[0].Lat(); south > 0.002 {
			t.Fatalf("%v is padded by %v°", box, south)
		}
	}
}

func latAlong(earth *geodesic.Ellipsoid, a, b orb.Point, share float64) float64 {
	var distance, azimuth, lat float64
	earth.Inverse(a.Lat(), a.Lon(), b.Lat(), b.Lon(), &distance, &azimuth, nil)
	earth.Direct(a.Lat(), a.Lon(), azimuth, share*distance, &lat, nil, nil)
	return lat
}

// Boxes that an index of the sphere would misunderstand have no polygon.
func TestAroundRefuses(t *testing.T) {
	for name, box := range map[string]orb.Bound{
		"world":       {Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}},
		"half a ring": {Min: orb.Point{-90, 0}, Max: orb.Point{90, 1}},
		"north pole":  {Min: orb.Point{0, 80}, Max: orb.Point{1, 90}},
		"south pole":  {Min: orb.Point{0, -90}, Max: orb.Point{1, -80}},
	} {
		if ring, ok := mongodb.Around(box); ok {
			t.Errorf("%s: %v", name, ring)
		}
	}
	ring, ok := mongodb.Around(orb.Bound{Min: orb.Point{179, 10}, Max: orb.Point{180, 11}})
	if !ok {
		t.Fatal("no polygon at the antimeridian")
	}
	for _, p := range ring {
		if math.Abs(p.Lon()) > 180 || math.Abs(p.Lon()) < 178 {
			t.Errorf("%v is not at the antimeridian", p)
		}
	}
}
