package geo_test

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// facadeScenes are about cameras on walls, in them, and above them.
var facadeScenes = map[string]func(*sketch){
	"a-camera-on-a-wall": func(s *sketch) {
		s.field()
		s.obstacle("house", s.box(0, 0, 30, 20))
		s.head("on the wall", 12, 0, lookTo(180, 100, 60))
		s.head("on the wall, looking in", 30, 10, lookTo(270, 100, 60))
	},
	"a-camera-on-a-vertex": func(s *sketch) {
		s.field()
		s.obstacle("house", s.box(0, 0, 30, 20))
		s.obstacle("opposite", s.box(-30, -30, -10, -10))
		s.head("on the corner", 0, 0, allRound(60))
	},
	"a-camera-in-a-footprint": func(s *sketch) { // less than 2 m behind its wall
		s.field()
		s.obstacle("house", s.turned(10, 5, 30, 20, 15))
		s.head("a", 8, -3.5, lookTo(180, 120, 60))
	},
	"a-camera-deep-in-a-footprint": func(s *sketch) { // sees nothing
		s.field()
		s.obstacle("house", s.box(0, 0, 30, 20))
		s.head("deep", 15, 8, allRound(60))
		s.head("outside", -20, 8, lookTo(90, 100, 50))
	},
	"a-camera-on-a-party-wall": func(s *sketch) {
		s.field()
		s.obstacle("west", s.box(-20, 0, 0, 15))
		s.obstacle("east", s.box(0, 0, 20, 15))
		s.head("a", 0, 1, allRound(50))
	},
	"a-camera-behind-the-wall-of-a-courtyard": func(s *sketch) {
		s.field()
		s.obstacle("block", s.box(-30, -20, 30, 20), backwards(s.box(-20, -10, 20, 10)))
		s.head("a", 0, 10.8, allRound(50))
	},
	"a-camera-on-a-roof": func(s *sketch) { // looks over the edge, which hides the foot of the house
		s.field()
		s.building("house", facts{"heightM": 8}, s.box(0, 0, 30, 20))
		s.head("a", 15, 8, with(allRound(80), "mountHeightM", 10))
	},
	"a-camera-a-hand-from-the-wall": func(s *sketch) {
		s.field()
		s.obstacle("house", s.turned(0, 20, 60, 20, 7))
		s.head("a", 3, 10.1, lookTo(190, 170, 70))
	},
}

// lowScenes are about obstacles that a camera looks over.
var lowScenes = map[string]func(*sketch){
	"a-low-obstacle": func(s *sketch) {
		s.field()
		s.building("kiosk", facts{"heightM": 3}, s.box(10, -4, 16, 4))
		s.head("a", 0, 0, with(lookTo(90, 80, 80), "mountHeightM", 6))
	},
	"low-obstacles-and-a-face": func(s *sketch) { // one lower than the face hides nothing but its own ground
		s.field()
		face := with(with(lookTo(90, 100, 80), "mountHeightM", 6), "targetHeightM", 1.6)
		s.building("kiosk", facts{"heightM": 3}, s.box(10, -14, 16, -4))
		s.building("hedge", facts{"heightM": 1.2}, s.box(10, 2, 30, 3))
		s.building("as high as the face", facts{"heightM": 1.6}, s.box(12, 8, 18, 14))
		s.head("a", 0, 0, face)
	},
	"low-obstacles-that-overlap": func(s *sketch) {
		s.field()
		s.building("a", facts{"heightM": 2}, s.box(10, -10, 25, 5))
		s.building("b", facts{"heightM": 4}, s.box(20, 0, 35, 15))
		s.building("c", facts{"heightM": 5.9}, s.box(40, -20, 45, -5))
		s.building("tower", facts{"heightM": 30}, s.box(50, 10, 60, 20))
		s.head("a", 0, 0, with(lookTo(90, 100, 90), "mountHeightM", 6))
		s.head("b", 40, 60, with(lookTo(180, 100, 90), "mountHeightM", 5))
	},
	"a-low-courtyard": func(s *sketch) {
		s.field()
		s.building("block", facts{"heightM": 4}, s.box(-30, -20, 30, 20), backwards(s.box(-24, -14, 24, 14)))
		s.head("over it", -50, 0, with(lookTo(90, 80, 110), "mountHeightM", 9))
		s.head("in it", 10, 0, with(allRound(80), "mountHeightM", 7))
	},
	"as-high-as-the-camera": func(s *sketch) {
		s.field()
		s.building("as high", facts{"heightM": 6}, s.box(10, -12, 16, -2))
		s.building("a millimetre lower", facts{"heightM": 5.999}, s.box(10, 2, 16, 12))
		s.head("a", 0, 0, with(lookTo(90, 120, 80), "mountHeightM", 6))
	},
	"heights-unknown": func(s *sketch) {
		s.field()
		s.building("unknown", facts{}, s.box(10, -12, 16, -2))
		s.building("known", facts{"heightM": 3}, s.box(10, 2, 16, 12))
		s.head("known", 0, 0, with(lookTo(90, 120, 80), "mountHeightM", 6))
		s.head("unknown", -20, 40, lookTo(120, 90, 80))
	},
	"flat-obstacles": func(s *sketch) { // of no height: only their own ground is not watched
		s.field()
		s.building("basin", facts{"heightM": 0}, s.box(10, -5, 30, 5))
		s.head("a", 0, 0, with(lookTo(90, 80, 80), "mountHeightM", 6))
	},
	"a-low-needle-thinner-than-the-grid": func(s *sketch) {
		s.field()
		s.building("needle", facts{"heightM": 3}, s.needle(10, 5, 40, 5, 25, 5))
		s.building("house", facts{"heightM": 3}, s.box(20, 0, 30, 10))
		s.head("a", 0, 0, with(lookTo(80, 90, 80), "mountHeightM", 6))
	},
	"low-obstacles-under-a-mask-at-night": func(s *sketch) {
		s.field()
		s.building("kiosk", facts{"heightM": 3}, s.box(-4, 10, 4, 16))
		night := with(with(allRound(70), "mountHeightM", 6), "nightReachM", 35)
		s.head("a", 0, 0, with(night, "masksDeg", [][]float64{{355, 20}, {100, 140}}))
	},
}

// groundScenes are about what is watched.
var groundScenes = map[string]func(*sketch){
	"perimeter-with-a-hole": func(s *sketch) {
		s.perimeter(s.box(-150, -120, 150, 120), backwards(s.box(-30, -20, 40, 30)))
		s.head("a", -60, 0, lookTo(80, 80, 90))
		s.zone("square", s.box(0, 20, 60, 60))
	},
	"two-parts": func(s *sketch) {
		s.perimeter(s.box(-150, -100, -20, 100))
		s.perimeter(s.box(20, -100, 150, 100))
		s.head("a", -40, 0, lookTo(90, 90, 90))
	},
	"perimeter-with-holes-and-islands": func(s *sketch) {
		s.perimeter(s.box(-150, -120, 150, 120), backwards(s.box(-80, -60, 60, 60)), backwards(s.box(80, -20, 120, 20)))
		s.perimeter(s.box(-60, -40, 40, 40), backwards(s.box(-20, -20, 0, 20)))
		s.perimeter(s.round(-10, 0, 8, 12))
		s.head("a", -10, 0, allRound(80))
		s.head("b", 100, 0, lookTo(250, 100, 90))
		s.obstacle("on the island", s.box(10, 10, 30, 25))
	},
	"parts-that-share-an-edge": func(s *sketch) {
		s.perimeter(s.box(-150, -120, 0, 120))
		s.perimeter(s.box(0, -120, 150, 120))
		s.head("a", -40, 0, lookTo(90, 90, 90))
		s.obstacle("astride", s.box(-10, 10, 10, 25))
	},
	"a-hole-that-touches-the-outline": func(s *sketch) {
		s.perimeter(s.box(-150, -120, 150, 120), backwards(s.ring(-150, 0, -100, -30, -100, 30)))
		s.head("a", -60, 0, lookTo(270, 90, 90))
	},
	"a-spiked-perimeter": func(s *sketch) {
		var xy []float64
		for k := range 24 {
			sin, cos := math.Sincos(float64(k) * math.Pi / 12)
			r := 40 + 80*float64(k%2)
			xy = append(xy, r*cos, r*sin)
		}
		s.perimeter(s.ring(xy...))
		s.head("a", 0, 0, allRound(80))
		s.head("b", 100, 0, lookTo(300, 90, 80))
	},
	"a-spike-of-a-millimetre": func(s *sketch) {
		s.perimeter(s.ring(-60, -50, 60, -50, 60, 0, 140, 0.0005, 60, 0.001, 60, 50, -60, 50))
		s.head("a", 0, 0, lookTo(90, 60, 150))
	},
	"a-narrow-perimeter": func(s *sketch) { // a lane of 2 m
		s.perimeter(s.ring(-120, 0, -20, 0, 60, 40, 120, 40, 120, 42, 60, 42, -20, 2, -120, 2))
		s.head("a", -100, 1, lookTo(90, 60, 150))
		s.head("b", 130, 41, lookTo(270, 30, 90))
		s.obstacle("bollard", s.box(-50, 0.5, -49, 1.5))
	},
	"a-lane-between-houses": func(s *sketch) {
		s.field()
		s.obstacle("north", s.box(-80, 2, 80, 30))
		s.obstacle("south", s.box(-80, -30, 80, -2))
		s.head("a", -100, 0, lookTo(90, 60, 200))
		s.head("b", 0, 1.9, allRound(60))
	},
	"a-ground-layer": func(s *sketch) { // streets and a square, whose parts overlap
		s.field()
		s.ground(s.box(-150, -6, 150, 6))
		s.ground(s.box(-6, -120, 6, 120))
		s.ground(s.box(-25, -25, 25, 25))
		s.ground(s.box(100, 50, 200, 60)) // beyond the perimeter
		s.obstacle("corner house", s.box(6, 6, 40, 40))
		s.head("a", -40, 0, lookTo(90, 90, 90))
		s.head("b", 0, 60, lookTo(180, 60, 90))
	},
	"zones-cut-by-buildings": func(s *sketch) {
		s.field()
		s.zone("market", s.box(0, 0, 60, 40))
		s.zone("overlaps it", s.box(40, 20, 100, 80))
		s.zone("half outside", s.box(120, -40, 200, 40))
		s.zone("outside", s.box(160, -40, 200, 40))
		s.zone("built over", s.box(12, 12, 18, 18))
		s.obstacle("hall", s.box(10, 10, 30, 30))
		s.obstacle("astride", s.box(50, -10, 70, 30))
		s.head("a", -10, -10, lookTo(60, 90, 90))
		s.head("b", 130, 0, allRound(40))
	},
	"a-head-outside-looks-in": func(s *sketch) {
		s.field()
		s.head("a", -170, 0, lookTo(90, 60, 80))
		s.head("too far", -400, 0, lookTo(90, 60, 80))
		s.head("looks away", 0, 140, lookTo(0, 60, 80))
		s.obstacle("house", s.box(-140, -10, -130, 5))
	},
	"nothing-but-buildings": func(s *sketch) { // no ground at all
		s.field()
		s.obstacle("hall", s.box(-160, -130, 160, 130))
		s.head("a", -200, 0, lookTo(90, 60, 100))
	},
	"ground-in-a-courtyard-only": func(s *sketch) {
		s.field()
		s.obstacle("hall", s.box(-160, -130, 160, 130), backwards(s.box(-20, -20, 20, 20)))
		s.head("a", 0, 0, lookTo(90, 100, 100))
	},
}

// placeScenes are about where on earth.
var placeScenes = map[string]struct {
	from orb.Point
	draw func(*sketch)
}{
	"the-antimeridian-from-the-west": {orb.Point{180, -16.9}, func(s *sketch) { // Taveuni, Fiji
		s.perimeter(s.box(-250, -80, 0, 80))
		antimeridian(s, -1)
	}},
	"the-antimeridian-from-the-east": {orb.Point{-180, -16.9}, func(s *sketch) {
		s.perimeter(s.box(0, -80, 250, 80))
		antimeridian(s, 1)
	}},
	"reunion":     {orb.Point{55.4504, -20.8789}, streetCorner},
	"high-north":  {orb.Point{15.6356, 78.2232}, streetCorner}, // Longyearbyen
	"guadeloupe":  {orb.Point{-61.7333, 16.2411}, streetCorner},
	"the-equator": {orb.Point{9.4536, 0}, streetCorner}, // Libreville lies half a degree north
	"far-from-the-middle": {paris, func(s *sketch) { // where the frame's north is not north
		s.perimeter(s.box(-3_000, -3_000, 3_000, 3_000))
		for k, corner := range [][2]float64{{-2_900, 2_900}, {2_900, 2_900}, {2_900, -2_900}} {
			x, y := corner[0], corner[1]
			s.head(fmt.Sprint(k), x, y, lookTo(float64(k)*120, 80, 150))
			s.obstacle(fmt.Sprint(k), s.box(x-5, y+40, x+25, y+50))
		}
	}},
	"two-hundred-kilometres-across": {paris, func(s *sketch) { // on a coarser grid
		for k, x := range []float64{-100_000, 100_000} {
			y := x / 4
			s.perimeter(s.box(x-150, y-120, x+150, y+120))
			s.head(fmt.Sprint(k), x, y, lookTo(float64(k)*120, 80, 100))
			s.obstacle(fmt.Sprint(k), s.box(x-5, y+40, x+25, y+50))
		}
	}},
}

// antimeridian draws cameras on both sides of the origin, and a house across it.
func antimeridian(s *sketch, side float64) {
	wrap := func(p orb.Point) orb.Point {
		if p[0] > 180 {
			p[0] -= 360
		}
		if p[0] < -180 {
			p[0] += 360
		}
		return roundedPlace(p)
	}
	s.draw(wrap(s.at(20, 10)), with(lookTo(270, 70, 90), "camera", "east"))
	s.draw(wrap(s.at(-30, -20)), with(lookTo(80, 70, 90), "camera", "west"))
	s.draw(wrap(s.at(100*side, 0)), with(allRound(60), "camera", "inside"))
	beyond := s.box(0, 25, 15, 40)
	if s.from[0] > 0 {
		for k := range beyond {
			beyond[k][0] -= 360
		}
	}
	within := s.box(-15, 25, 0, 40)
	if s.from[0] < 0 {
		for k := range within {
			within[k][0] += 360
		}
	}
	s.draw(orb.MultiPolygon{{rounded(within)}, {rounded(beyond)}}, facts{"obstacle": "astride"})
	s.obstacle("inside", s.box(100*side+20, 5, 100*side+30, 15))
}

func rounded(r orb.Ring) orb.Ring {
	for k := range r {
		r[k] = roundedPlace(r[k])
	}
	return r
}

// streetCorner is the same scene everywhere.
func streetCorner(s *sketch) {
	s.field()
	s.building("school", facts{"heightM": 12}, s.turned(40, 30, 50, 30, 10))
	s.building("kiosk", facts{"heightM": 3}, s.box(-20, 8, -14, 14))
	s.obstacle("row", s.ring(-80, -60, 20, -60, 20, -40, -30, -40, -30, -45, -80, -45))
	s.head("mast", -30, 0, with(with(lookTo(75, 90, 90), "mountHeightM", 6), "nightReachM", 45))
	s.head("wall", 5, -39.8, with(lookTo(0, 120, 60), "mountHeightM", 5))
	s.zone("crossing", s.box(-40, -40, 10, 20))
}
