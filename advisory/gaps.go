package advisory

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"vigie/geo"
	"vigie/inventory"
)

// gaps ranks the blind polygons of a level by weighted surface, and lists the first of them. all is how many there are.
func (s study) gaps(ctx context.Context, in inputs, blind orb.MultiPolygon) (listed []inventory.Gap, all int, err error) {
	gaps, err := s.weigh(ctx, in, blind)
	if err != nil {
		return nil, 0, fmt.Errorf("gaps: %w", err)
	}
	slices.SortFunc(gaps, func(a, b inventory.Gap) int {
		return cmp.Or(
			cmp.Compare(b.WeightedM2, a.WeightedM2), cmp.Compare(b.AreaM2, a.AreaM2),
			cmp.Compare(a.Inside[0], b.Inside[0]), cmp.Compare(a.Inside[1], b.Inside[1]),
		)
	})
	listed = gaps[:min(len(gaps), s.params.MaxGaps.Value)]
	near, err := newGazetteer(in, s.params.StreetSearchM.Value)
	if err != nil {
		return nil, 0, fmt.Errorf("gaps: %w", err)
	}
	for i := range listed {
		gap := &listed[i]
		gap.Rank = i + 1
		if name, m, found := near.find(orb.Point(gap.Inside)); found {
			gap.Near, gap.NearM = name, &m
		}
	}
	return listed, len(gaps), nil
}

// weigh makes a gap of every blind polygon. Each square metre counts 1, and in an area of interest the area's weight
// instead; where areas overlap, what each of them adds to 1, or takes from it, is added up.
func (s study) weigh(ctx context.Context, in inputs, blind orb.MultiPolygon) ([]inventory.Gap, error) {
	parts := make([]orb.MultiPolygon, len(blind))
	for i, polygon := range blind {
		parts[i] = orb.MultiPolygon{polygon}
	}
	surfaces, err := geo.Overlaps(ctx, parts, in.perimeter)
	if err != nil {
		return nil, err
	}
	gaps := make([]inventory.Gap, len(blind))
	for i, polygon := range blind {
		gaps[i] = inventory.Gap{
			Level: s.scale.Levels[s.gapRank].Code, AreaM2: surfaces[i], WeightedM2: surfaces[i],
			Inside: inventory.Point(geo.InsidePoint(polygon)), Geometry: inventory.Surface{polygon},
		}
	}
	for _, area := range in.areas {
		if err := addWeight(ctx, gaps, parts, area); err != nil {
			return nil, err
		}
	}
	for i := range gaps {
		gaps[i].WeightedM2 = max(0, gaps[i].WeightedM2)
	}
	return gaps, nil
}

// addWeight adds the weight of one area to the gaps that meet it, and its name.
func addWeight(ctx context.Context, gaps []inventory.Gap, parts []orb.MultiPolygon, area inventory.Area) error {
	zone := orb.MultiPolygon(area.Geometry)
	bound := zone.Bound()
	var met []int
	var near []orb.MultiPolygon
	for i, part := range parts {
		if part.Bound().Intersects(bound) {
			met, near = append(met, i), append(near, part)
		}
	}
	if len(met) == 0 {
		return nil
	}
	shared, err := geo.Overlaps(ctx, near, zone)
	if err != nil {
		return fmt.Errorf("area %q: %w", area.ID, err)
	}
	for k, i := range met {
		if shared[k] > 0 {
			gaps[i].WeightedM2 += (weight(area) - 1) * shared[k]
		}
		if !touches(shared[k], gaps[i].AreaM2) {
			gaps[i].Places = append(gaps[i].Places, area.Name)
		}
	}
	return nil
}

// gazetteer names places: by the nearest street or square, else by the address of the nearest camera.
type gazetteer struct {
	frame     geo.Frame
	radiusM   float64
	streets   []landmark
	addresses []landmark
}

// landmark is a named shape, in local metres.
type landmark struct {
	name  string
	shape orb.MultiPolygon
	bound orb.Bound
}

func newGazetteer(in inputs, radiusM float64) (gazetteer, error) {
	frame, err := geo.NewFrame(in.perimeter.Bound().Center())
	if err != nil {
		return gazetteer{}, fmt.Errorf("name places: %w", err)
	}
	g := gazetteer{frame: frame, radiusM: radiusM}
	for _, street := range in.streets {
		g.streets = append(g.streets, g.landmark(street.Name, orb.MultiPolygon(street.Geometry)))
	}
	for _, camera := range in.cameras {
		if camera.Address != "" && camera.Location != nil {
			at := orb.Point(*camera.Location)
			g.addresses = append(g.addresses, g.landmark(camera.Address, orb.MultiPolygon{{{at, at}}}))
		}
	}
	return g, nil
}

func (g gazetteer) landmark(name string, shape orb.MultiPolygon) landmark {
	local := shape.Clone()
	for _, polygon := range local {
		for _, ring := range polygon {
			for i, p := range ring {
				ring[i] = g.frame.ToLocal(p)
			}
		}
	}
	return landmark{name: name, shape: local, bound: local.Bound()}
}

// find gives the name of the nearest landmark within the radius, and its distance in whole metres.
func (g gazetteer) find(at orb.Point) (name string, m float64, found bool) {
	p := g.frame.ToLocal(at)
	for _, landmarks := range [][]landmark{g.streets, g.addresses} {
		best := g.radiusM
		for _, l := range landmarks {
			if !l.bound.Pad(best).Contains(p) {
				continue
			}
			if d := l.distanceM(p); d < best || d == best && !found {
				name, best, found = l.name, d, true
			}
		}
		if found {
			return name, math.Round(best), true
		}
	}
	return "", 0, false
}

// distanceM is the distance of a local point from the landmark, metres; 0 inside.
func (l landmark) distanceM(p orb.Point) float64 {
	if planar.MultiPolygonContains(l.shape, p) {
		return 0
	}
	return planar.DistanceFrom(l.shape, p)
}
