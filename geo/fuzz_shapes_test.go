package geo_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"vigie/geo"
)

func FuzzUncertainty(f *testing.F) {
	addRaw(f, 15)
	f.Fuzz(func(t *testing.T, raw []byte) {
		w, d := newTown(t), &dice{raw}
		scene := d.scene(w)
		draws := geo.Draws{Count: 1 + d.roll(6), Seed: uint64(d.roll(256)), MapToleranceM: pick(d, 0.0, 2)}
		u, err := geo.Uncertainty(t.Context(), scene, draws, geo.Options{ArcToleranceM: 0.2})
		if refused(t, err) {
			return
		}
		for _, l := range u.Levels {
			for _, s := range []geo.Spread{l.SeenM2, l.PermanentM2, l.TwiceM2} {
				if !(0 <= s.P10 && s.P10 <= s.P50 && s.P50 <= s.P90) {
					t.Errorf("level %s: %+v is not in order", l.Level.Code, s)
				}
			}
		}
		for _, c := range u.Causes {
			for _, m2 := range c.SpanM2 {
				if !(m2 >= 0) {
					t.Errorf("%+v", c)
				}
			}
		}
	})
}

func FuzzExplain(f *testing.F) {
	addRaw(f, 20)
	f.Fuzz(func(t *testing.T, raw []byte) {
		w, d := newTown(t), &dice{raw}
		scene, at := d.scene(w), d.corner()
		explanations, err := geo.Explain(t.Context(), scene, w.at(at[0], at[1]), geo.Options{})
		if refused(t, err) {
			return
		}
		for _, e := range explanations {
			if !(e.DistanceM >= 0 && 0 <= e.BearingDeg && e.BearingDeg < 360 && e.HiddenAtM <= e.DistanceM+1e-6) {
				t.Errorf("%+v", e)
			}
			for _, v := range e.Levels {
				if v.SeenByNight() && !v.Seen() {
					t.Errorf("seen by night and not by day: %+v", v)
				}
			}
		}
	})
}

func FuzzPrivacy(f *testing.F) {
	addRaw(f, 20)
	f.Fuzz(func(t *testing.T, raw []byte) {
		w, d := newTown(t), &dice{raw}
		scene, door := d.scene(w), d.corner()
		findings, err := geo.Privacy(t.Context(), scene, geo.PrivacyOptions{
			Options: geo.Options{ArcToleranceM: 0.1}, Entrances: []geo.Entrance{{ID: "door", At: w.at(door[0], door[1])}}, MinMaskDeg: pick(d, 0.0, 1, 10),
		})
		if refused(t, err) {
			return
		}
		for _, finding := range findings {
			for _, l := range finding.Levels {
				sum := 0.0
				for _, dwelling := range l.Dwellings {
					sum += dwelling.FacadeM
				}
				if !(l.FacadeM >= 0) || math.Abs(sum-l.FacadeM) > 1e-6*max(1, sum) {
					t.Errorf("%+v: its dwellings have %v m", l, sum)
				}
				for _, m := range l.Masks {
					for _, m2 := range m.CostM2 {
						if !(m2 >= 0) {
							t.Errorf("%+v", m)
						}
					}
				}
			}
		}
	})
}

func FuzzOverlaps(f *testing.F) {
	addRaw(f, 40)
	f.Fuzz(func(t *testing.T, raw []byte) {
		w, d := newTown(t), &dice{raw}
		zone := d.footprint(w)
		var parts []orb.MultiPolygon
		for range d.roll(6) {
			parts = append(parts, d.footprint(w))
		}
		got, err := geo.Overlaps(t.Context(), parts, zone)
		if refused(t, err) {
			return
		}
		zoneM2 := 0.0
		for _, p := range zone {
			for k, r := range p {
				m2 := math.Abs(ringM2(w, r))
				zoneM2 += m2 * float64(1-2*min(k, 1))
			}
		}
		for k, m2 := range got {
			if !(m2 >= 0) || geo.Validate(parts[k]) == nil && m2 > zoneM2+0.05 {
				t.Errorf("part %d: %v m² in a zone of %v", k, m2, zoneM2)
			}
		}
	})
}

func FuzzInsidePoint(f *testing.F) {
	addRaw(f, 40)
	f.Fuzz(func(t *testing.T, raw []byte) {
		w, d := newTown(t), &dice{raw}
		for _, polygon := range d.footprint(w) {
			at := geo.InsidePoint(polygon)
			if geo.Validate(polygon) == nil && !geo.Intersects(polygon, at) {
				t.Errorf("%v is not in %v", at, polygon)
			}
		}
	})
}
