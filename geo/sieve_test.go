package geo

import (
	"math/rand/v2"
	"testing"
)

func TestSieveMissesNoEdge(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 41))
	var s sieve
	for range 300 {
		reach := int32(1) << random.IntN(30)
		place := func() vertex { return vertex{random.Int32N(reach) - reach/2, random.Int32N(reach) - reach/2} }
		vertices := []vertex{place()}
		for range 1 + random.IntN(chunkEdges) {
			vertices = append(vertices, place())
		}
		over := boxOf(vertices)
		s.fill(over, vertices)
		for range 50 {
			b := edgeBox(place(), place())
			if !b.meets(over) {
				continue
			}
			near := s.near(b)
			for k := range len(vertices) - 1 {
				if edgeBox(vertices[k], vertices[k+1]).meets(b) && near>>k&1 == 0 {
					t.Fatalf("%v meets edge %d of %v", b, k, vertices)
				}
			}
			if extra := near >> (len(vertices) - 1); extra != 0 {
				t.Fatalf("%b: edges that are not there", near)
			}
		}
	}
}
