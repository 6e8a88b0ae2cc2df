package geo_test

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// wallScenes are about obstacles that hide all that is behind them, and how they may touch.
var wallScenes = map[string]func(*sketch){
	"one-house": func(s *sketch) {
		s.field()
		s.head("a", -20, 0, lookTo(90, 80, 80))
		s.obstacle("house", s.box(10, -8, 25, 6))
	},
	"collinear-walls": func(s *sketch) { // and the camera in line with them
		s.field()
		s.head("in line", -60, 10, lookTo(90, 60, 110))
		s.head("across", 0, -40, lookTo(0, 100, 90))
		for k := range 4 {
			x := float64(k*25) - 40
			s.obstacle(fmt.Sprint(k), s.box(x, 10, x+15, 20))
		}
	},
	"touching-walls": func(s *sketch) { // corner to corner: nobody looks through
		s.field()
		s.head("a", 0, -30, lookTo(0, 100, 80))
		s.obstacle("west", s.box(-20, 0, 0, 15))
		s.obstacle("east", s.box(0, 15, 20, 30))
		s.obstacle("corner on a side", s.ring(20, 20, 35, 10, 35, 30))
	},
	"party-walls": func(s *sketch) {
		s.field()
		s.head("a", 0, -20, lookTo(0, 120, 60))
		s.head("in line with a party wall", 10, -30, lookTo(0, 60, 60))
		for k := range 5 {
			x := float64(k*10) - 20
			s.obstacle(fmt.Sprint(k), s.box(x, 0, x+10, 12))
		}
	},
	"party-walls-in-steps": func(s *sketch) {
		s.field()
		s.head("a", 0, -20, lookTo(0, 120, 60))
		s.head("b", 60, 20, lookTo(270, 60, 60))
		for k := range 5 {
			x := float64(k*10) - 20
			s.obstacle(fmt.Sprint(k), s.box(x, float64(k*3), x+10, float64(k*3+12)))
		}
	},
	"l-shapes": func(s *sketch) {
		s.field()
		s.obstacle("l", s.ring(0, 0, 40, 0, 40, 10, 10, 10, 10, 40, 0, 40))
		s.obstacle("u", s.ring(-60, 0, -20, 0, -20, 30, -30, 30, -30, 10, -50, 10, -50, 30, -60, 30))
		s.head("in the angle", 20, 20, allRound(50))
		s.head("before the u", -40, 50, lookTo(180, 80, 60))
	},
	"a-courtyard": func(s *sketch) {
		s.field()
		s.obstacle("block", s.box(-30, -20, 30, 20), backwards(s.box(-20, -10, 20, 10)))
		s.head("inside", 10, 5, allRound(60))
		s.head("outside", 60, 0, lookTo(270, 90, 60))
	},
	"nested-courtyards": func(s *sketch) {
		s.field()
		s.obstacle("outer", s.box(-60, -50, 60, 50), backwards(s.box(-50, -40, 50, 40)))
		s.obstacle("inner", s.box(-30, -20, 30, 20), backwards(s.box(-22, -12, 22, 12)))
		s.obstacle("kiosk", s.box(-3, -3, 3, 3))
		s.head("in the inner court", 15, 0, allRound(60))
		s.head("in the outer court", -40, -30, allRound(80))
		s.head("outside", 80, 0, lookTo(270, 90, 60))
	},
	"a-courtyard-with-two-yards": func(s *sketch) {
		s.field()
		s.obstacle("block", s.box(-40, -20, 40, 20), backwards(s.box(-30, -10, -5, 10)), s.box(5, -10, 30, 10))
		s.head("west", -20, 0, allRound(40))
		s.head("east", 20, 5, lookTo(200, 90, 40))
	},
	"through-a-gate": func(s *sketch) {
		s.field()
		s.obstacle("block", s.ring(-30, -20, 30, -20, 30, 20, 2, 20, 2, 10, 20, 10, 20, -10, -20, -10, -20, 10, -2, 10, -2, 20, -30, 20))
		s.head("inside", 0, 0, allRound(80))
		s.head("outside", 3, 50, lookTo(180, 90, 70))
	},
	"reversed-rings": func(s *sketch) { // the same as a-courtyard, but for the winding
		s.perimeter(backwards(s.box(-150, -120, 150, 120)))
		s.obstacle("block", backwards(s.box(-30, -20, 30, 20)), s.box(-20, -10, 20, 10))
		s.head("inside", 10, 5, allRound(60))
		s.head("outside", 60, 0, lookTo(270, 90, 60))
		s.zone("zone", backwards(s.box(-50, -50, 15, 15)))
	},
	"overlapping-obstacles": func(s *sketch) {
		s.field()
		s.obstacle("a", s.box(0, 0, 30, 20))
		s.obstacle("b", s.box(20, 10, 50, 30))
		s.obstacle("c", s.turned(10, 20, 30, 10, 30))
		s.head("a", 0, -30, lookTo(20, 100, 90))
		s.head("b", 60, 60, lookTo(225, 90, 70))
	},
	"identical-obstacles": func(s *sketch) {
		s.field()
		for _, id := range []string{"a", "b", "c"} {
			s.obstacle(id, s.turned(20, 10, 20, 12, 25))
		}
		s.obstacle("backwards", backwards(s.turned(20, 10, 20, 12, 25)))
		s.head("a", -10, 0, lookTo(70, 90, 80))
	},
	"an-obstacle-in-an-obstacle": func(s *sketch) {
		s.field()
		s.obstacle("outer", s.box(0, -15, 30, 15))
		s.obstacle("inner", s.box(10, -5, 20, 5))
		s.obstacle("on its side", s.box(0, -15, 10, -5))
		s.head("a", -20, 0, lookTo(90, 90, 80))
	},
	"slivers": func(s *sketch) { // walls of 1 cm and 2 mm, and houses 1 cm and 2 mm apart
		s.field()
		s.obstacle("1 cm", s.box(0, 10, 40, 10.01))
		s.obstacle("2 mm", s.box(50, -20, 50.002, 30))
		s.obstacle("needle", s.ring(-40, 20, 0, 30, -40, 20.02))
		for k := range 3 {
			x := float64(k)*15.01 - 40
			s.obstacle(fmt.Sprint("gap ", k), s.box(x, -30, x+15, -20))
		}
		s.head("a", 10, -5, allRound(70))
		s.head("b", -24.99, -50, lookTo(0, 60, 60))
	},
	"an-obstacle-outside-that-hides-inside": func(s *sketch) {
		s.field()
		s.head("a", -190, 0, lookTo(90, 60, 120))
		s.obstacle("outside", s.box(-175, -5, -165, 8))
	},
	"an-obstacle-astride-the-perimeter": func(s *sketch) {
		s.field()
		s.head("a", -110, 0, lookTo(290, 120, 80))
		s.head("b", -170, -30, lookTo(60, 70, 80))
		s.obstacle("astride", s.box(-165, -10, -135, 20))
		s.obstacle("at the corner", s.box(140, 110, 160, 130))
	},
	"walls-on-the-perimeter": func(s *sketch) { // a house shares its edge with it, from either side
		s.field()
		s.obstacle("inside", s.box(-150, -10, -130, 20))
		s.obstacle("outside", s.box(-20, 120, 20, 140))
		s.obstacle("all along", s.box(150, -120, 160, 120))
		s.head("a", -110, 0, lookTo(270, 120, 80))
		s.head("b", 0, 80, lookTo(0, 120, 80))
	},
	"a-wall-across-north": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, allRound(60))
		s.head("b", 40, 0, lookTo(0, 90, 60))
		s.obstacle("north", s.box(-5, 20, 45, 30))
	},
	"walls-across-every-axis": func(s *sketch) { // an envelope may begin anywhere
		s.field()
		s.head("a", 0, 0, allRound(60))
		for k := range 8 {
			sin, cos := math.Sincos(float64(k) * math.Pi / 4)
			s.obstacle(fmt.Sprint(k), s.turned(30*cos, 30*sin, 6, 6, float64(k)*45))
		}
	},
	"a-spiked-building": func(s *sketch) {
		s.field()
		var xy []float64
		for k := range 16 {
			sin, cos := math.Sincos(float64(k) * math.Pi / 8)
			r := 6.0 + 24*float64(k%2)
			xy = append(xy, r*cos, r*sin)
		}
		s.obstacle("star", s.ring(xy...))
		s.obstacle("spike of 1 mm", s.ring(40, 40, 70, 40, 70, 60, 40, 60, 40, 50.001, -20, 50, 40, 50))
		s.head("a", 40, 10, lookTo(280, 120, 70))
		s.head("b", 0, 40, allRound(50))
	},
	"walls-on-cell-borders": func(s *sketch) { // axis-parallel, every 10 m
		s.field()
		for x := -60.0; x < 60; x += 20 {
			for y := -60.0; y < 60; y += 20 {
				s.obstacle(fmt.Sprint(x, " ", y), s.box(x, y, x+10, y+10))
			}
		}
		s.head("street", -5, -5, allRound(90))
		s.head("edge", -60, 15, lookTo(90, 90, 90))
	},
	"a-checkerboard": func(s *sketch) { // corners touch: closed for eyes
		s.field()
		for k := range 36 {
			x, y := float64(k%6)*10-30, float64(k/6)*10-30
			if (k%6+k/6)%2 == 0 {
				s.obstacle(fmt.Sprint(k), s.box(x, y, x+10, y+10))
			}
		}
		s.head("in a field", -15, -25, allRound(60))
		s.head("before", 0, -60, lookTo(0, 90, 90))
	},
	"a-comb": func(s *sketch) {
		s.field()
		xy := []float64{-60, 20, -60, 30, 60, 30, 60, 20}
		for x := 56.0; x > -60; x -= 8 {
			xy = append(xy, x, 20, x, 5, x-4, 5, x-4, 20)
		}
		s.obstacle("comb", s.ring(xy...))
		s.head("a", 0, -20, lookTo(0, 120, 80))
		s.head("along", -80, 5, lookTo(90, 40, 150))
	},
	"a-round-building": func(s *sketch) {
		s.field()
		s.obstacle("tower", s.round(20, 0, 15, 60))
		s.head("a", -30, 0, lookTo(90, 90, 90))
		s.head("near", 20, 15.2, lookTo(0, 180, 60))
	},
	"a-wall-at-the-limit-of-range": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, allRound(40))
		s.obstacle("tangent", s.box(40, -10, 50, 10))
		s.obstacle("just inside", s.box(-50, -10, -39.99, 10))
		s.obstacle("beyond", s.box(-10, 40.01, 10, 50))
	},
	"walls-in-the-dead-zone": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, facts{"bearingDeg": 90, "hfovDeg": 90, "vfovDeg": 40, "tiltDeg": 30, "mountHeightM": 10, "recordedWidthPx": 3840})
		s.obstacle("near", s.box(5, -1, 6, 1))
		s.obstacle("astride", s.box(8, 5, 14, 8))
	},
	"one-obstacle-in-parts": func(s *sketch) { // a multipolygon whose parts touch
		s.field()
		parts := orb.MultiPolygon{{s.box(10, -10, 20, 0)}, {s.box(20, 0, 30, 10)}, {s.box(40, -5, 50, 5)}}
		s.draw(parts, facts{"obstacle": "school"})
		s.head("a", -10, 0, lookTo(90, 90, 90))
	},
	"parts-that-share-a-wall": func(s *sketch) { // of one obstacle, where the perimeter crosses that wall
		s.perimeter(s.ring(-60, -50, 50, -50, 30, 60, -60, 60))
		s.draw(orb.MultiPolygon{{s.box(20, 0, 40, 20)}, {s.box(40, 0, 60, 20)}}, facts{"obstacle": "school"})
		s.head("a", -10, 0, lookTo(90, 90, 60))
	},
	"a-needle-thinner-than-the-grid": func(s *sketch) { // out and back along one line, through another house
		s.field()
		s.obstacle("needle", s.needle(-10, -60, -80, -60, -70, -60))
		s.obstacle("house", s.ring(-80, -70, -80, -80, -70, -10))
		s.head("a", -40, -30, lookTo(240, 90, 60))
	},
	"a-pinched-building": func(s *sketch) { // a ring that touches itself at one place
		s.field()
		s.obstacle("pinched", s.ring(0, 0, 20, 0, 20, 20, 10, 10, 0, 20, 0, 40, 20, 40, 20, 60, -10, 60, -10, 0))
		s.obstacle("eight", s.ring(40, 0, 50, 10, 60, 0, 60, 20, 50, 10, 40, 20))
		s.head("a", 30, 30, allRound(60))
		s.head("b", -40, 20, lookTo(90, 90, 60))
	},
	"offsets-of-a-billionth-of-a-degree": func(s *sketch) { // 0.1 mm
		s.field()
		for k := range 3 {
			offset := float64(k) * 1e-9
			house := s.box(10, -8, 25, 6)
			for i := range house {
				house[i] = roundedPlace(orb.Point{house[i][0] + offset, house[i][1] - offset})
			}
			s.draw(orb.Polygon{house}, facts{"obstacle": fmt.Sprint(k)})
			at := s.at(-20, 0)
			s.draw(roundedPlace(orb.Point{at[0], at[1] + offset}), with(lookTo(90, 80, 80), "camera", fmt.Sprint(k)))
		}
	},
	"a-street-of-dwellings": func(s *sketch) {
		s.field()
		for k := range 8 {
			x := float64(k*18) - 70
			s.building(fmt.Sprint("north ", k), facts{"dwelling": k%2 == 0, "heightM": 9}, s.box(x, 8, x+14, 20))
			s.building(fmt.Sprint("south ", k), facts{"dwelling": k%3 == 0, "heightM": 6 + float64(k)}, s.box(x+3, -20, x+18, -8))
		}
		s.head("west", -100, 0, with(lookTo(90, 60, 120), "mountHeightM", 5))
		s.head("east", 90, 3, with(lookTo(265, 70, 90), "mountHeightM", 5))
	},
}
