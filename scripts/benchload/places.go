package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// spot is a camera that has a place.
type spot struct {
	id     inventory.ID
	holder inventory.ID
	at     orb.Point
}

const (
	// readerHolder is the municipality whose reader asks, and departments those of the expert's mandate.
	readerHolder = "commune:34001"
	departments  = "13,34,69"
	// capital ends the code of the first town of each département.
	capital = "001"
	// wanted is how many features a box holds, boxes how many boxes each caller asks for.
	wanted, boxes = 200, 64
)

// places are the boxes, each with about as many features as wanted, and the cameras that a caller may see.
type places struct {
	boxes []orb.Bound
	spots []spot
}

// callerPlaces are those of each caller: the reader sees the cameras of one holder, the expert those of some départements,
// the administrator all.
type callerPlaces struct{ reader, expert, admin places }

// findPlaces looks for places in the first town of each département.
func findPlaces(cameras int) callerPlaces {
	towns := map[string][]spot{}
	for c := range inventorytest.France(cameras) {
		if strings.HasSuffix(c.Commune, capital) && c.Location != nil {
			towns[c.Commune] = append(towns[c.Commune], spot{c.ID, c.Holder, orb.Point(*c.Location)})
		}
	}
	own := slices.DeleteFunc(slices.Clone(towns["34"+capital]), func(s spot) bool { return s.holder != readerHolder })
	var mandate, all [][]spot
	for code, spots := range towns {
		if len(spots) < wanted {
			continue
		}
		all = append(all, spots)
		if slices.Contains(strings.Split(departments, ","), strings.TrimSuffix(code, capital)) {
			mandate = append(mandate, spots)
		}
	}
	r := rand.New(rand.NewPCG(34, 1)) //nolint:gosec // G404: the same places every time
	return callerPlaces{reader: among(r, own), expert: among(r, mandate...), admin: among(r, all...)}
}

// among chooses boxes in towns, one town after the other.
func among(r *rand.Rand, towns ...[]spot) (p places) {
	slices.SortFunc(towns, func(a, b []spot) int { return strings.Compare(string(a[0].id), string(b[0].id)) })
	for i := range boxes {
		town := towns[i%len(towns)]
		centre := town[r.IntN(len(town))]
		p.boxes = append(p.boxes, boxAround(centre.at, town))
		for range 16 {
			p.spots = append(p.spots, town[r.IntN(len(town))])
		}
	}
	return p
}

// boxAround is a square, degrees, that holds as many of the spots as wanted.
func boxAround(centre orb.Point, spots []spot) orb.Bound {
	far := make([]float64, len(spots))
	for i, s := range spots {
		far[i] = max(math.Abs(s.at[0]-centre[0]), math.Abs(s.at[1]-centre[1]))
	}
	slices.Sort(far)
	return centre.Bound().Pad(far[min(wanted, len(far))-1])
}
