package advisory

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"vigie/inventory"
)

// Sizing is what advice on equipment counts with: what needs ask for when they do not say, and the figures of lenses,
// streams, storage, power and links.
type Sizing struct {
	Aims    []AimNeed
	Sites   []SiteNeed
	Streams []StreamRate
	Feeds   []Feed
	// FixedFocalsMM are the focal lengths of lenses that cannot be set, millimetres.
	FixedFocalsMM Sourced[[]float64]
	// Shutters are the exposures that cameras can be set to, as parts of a second, the longest first.
	Shutters Sourced[[]float64]
	Figures  SizingFigures
}

// Origin is where a row of a table comes from.
type Origin struct {
	Source   string
	Verified Verified
}

// AimNeed is what an aim asks for when a need does not say.
type AimNeed struct {
	Aim inventory.Aim
	// DensityPxM is at the target, px/m; DistanceM from the lens to it, WidthM that of the scene there, MountHeightM of the
	// lens above the ground, metres; SpeedKMH of the target, km/h.
	DensityPxM, DistanceM, WidthM, MountHeightM, SpeedKMH float64
	Origin
}

// SiteNeed is what a kind of place is watched for, and how it differs from what its aim asks for; nil where it does not.
type SiteNeed struct {
	Site                                      inventory.SiteKind
	Aim                                       inventory.Aim
	DistanceM, WidthM, MountHeightM, SpeedKMH *float64
	Outdoor, FilmsPublicWay                   *bool
	Origin
}

// StreamRate is the ceiling of the bit rate of a stream of at most so many pixels, at full rate, Mbit/s.
type StreamRate struct {
	WidthPx, HeightPx  int
	H264Mbps, H265Mbps float64
	Origin
}

// Feed is a type of power over Ethernet (IEEE 802.3): what reaches the device and what the port of the switch gives, watts.
type Feed struct {
	Type           string
	DeviceW, PortW float64
	Origin
}

// SizingFigures are single values; units are in their names.
type SizingFigures struct {
	PlateHeightM, PlateWidthM Sourced[float64]
	// BlurPx is how far a target may smear during an exposure; it passes people at CrossingDeg to the axis, vehicles, which
	// are what is faster than VehicleKMH, at VehicleDeg.
	BlurPx, CrossingDeg, VehicleDeg, VehicleKMH Sourced[float64]
	// LensStepMM is how finely a focal length can be set.
	LensStepMM Sourced[float64]
	// FramesPerSecond is the recorded rate where no rule asks for one. SlowRate is what part of the full bit rate a stream of
	// SlowFramesPerSecond or fewer takes; PreviewMbps is added for each head on links.
	FramesPerSecond, SlowFramesPerSecond, SlowRate, PreviewMbps Sourced[float64]
	CamerasPerNode, StreamsPerRecorder                          Sourced[float64]
	// DiskTB is the size of a disk; up to SingleParityDisks of them one is for parity, beyond two.
	DiskTB, SingleParityDisks, RetentionDays Sourced[float64]
	// UPSShare is the useful part of a battery. NodeW, HeadEndW and DiskW are what a street cabinet, the head-end and each
	// disk draw themselves.
	UPSMinutes, UPSShare, NodeW, HeadEndW, DiskW Sourced[float64]
}

// sizing reads sizing.yaml.
func (p *page) sizing() Sizing {
	if p.root == nil {
		return Sizing{}
	}
	var s Sizing
	p.object(p.root,
		field{key: "aims", read: func(n ast.Node) { p.list(n, func(n ast.Node) { s.Aims = append(s.Aims, p.aimNeed(n)) }) }},
		field{key: "sites", read: func(n ast.Node) { p.list(n, func(n ast.Node) { s.Sites = append(s.Sites, p.siteNeed(n)) }) }},
		field{key: "streams", read: func(n ast.Node) {
			p.list(n, func(n ast.Node) { s.Streams = append(s.Streams, p.streamRate(n)) })
			p.ascending(n, len(s.Streams), func(i int) float64 { return float64(s.Streams[i].WidthPx * s.Streams[i].HeightPx) })
		}},
		field{key: "feeds", read: func(n ast.Node) {
			p.list(n, func(n ast.Node) { s.Feeds = append(s.Feeds, p.feed(n)) })
			p.ascending(n, len(s.Feeds), func(i int) float64 { return s.Feeds[i].DeviceW })
		}},
		field{key: "fixedFocalsMm", read: into(p, &s.FixedFocalsMM, p.ladder)},
		field{key: "shutters", read: into(p, &s.Shutters, p.ladder)},
		field{key: "figures", read: func(n ast.Node) { s.Figures = p.sizingFigures(n) }},
	)
	s.check(p, p.root)
	return s
}

// check makes sure that every aim and every kind of place has one row.
func (s *Sizing) check(p *page, root ast.Node) {
	for _, aim := range inventory.Aims() {
		if n := countOf(s.Aims, func(a AimNeed) bool { return a.Aim == aim }); n != 1 {
			p.fault(placeOf(root), "there are %d rows of the aim %q, not one", n, string(aim))
		}
	}
	for _, site := range inventory.SiteKinds() {
		if n := countOf(s.Sites, func(a SiteNeed) bool { return a.Site == site }); n != 1 {
			p.fault(placeOf(root), "there are %d rows of the site %q, not one", n, string(site))
		}
	}
}

func countOf[T any](all []T, is func(T) bool) int {
	n := 0
	for _, one := range all {
		if is(one) {
			n++
		}
	}
	return n
}

// ascending refuses a table whose rows do not grow.
func (p *page) ascending(n ast.Node, rows int, value func(int) float64) {
	for i := 1; i < rows; i++ {
		if value(i) <= value(i-1) {
			p.fault(placeOf(n), "row %d must be greater than row %d before it", i+1, i)
		}
	}
}

// ladder reads numbers that grow.
func (p *page) ladder(n ast.Node) []float64 {
	var steps []float64
	p.list(n, func(n ast.Node) { steps = append(steps, p.number(n, 0.1, 1e6)) })
	p.ascending(n, len(steps), func(i int) float64 { return steps[i] })
	return steps
}

// aimOf is the row of an aim; zero for one without a name.
func (s *Sizing) aimOf(aim inventory.Aim) AimNeed {
	i := slices.IndexFunc(s.Aims, func(a AimNeed) bool { return a.Aim == aim })
	if i < 0 {
		return AimNeed{}
	}
	return s.Aims[i]
}

// siteOf is the row of a kind of place; zero for one without a name.
func (s *Sizing) siteOf(site inventory.SiteKind) SiteNeed {
	i := slices.IndexFunc(s.Sites, func(a SiteNeed) bool { return a.Site == site })
	if i < 0 {
		return SiteNeed{}
	}
	return s.Sites[i]
}
