package geo_test

// headScenes are about optics: apertures, ranges, masks, nights, and cameras that stand together.
var headScenes = map[string]func(*sketch){
	"nobody-looks": func(s *sketch) { s.field() },
	"one-fixed-head": func(s *sketch) {
		s.field()
		s.head("a", -40, 0, lookTo(90, 60, 80))
	},
	"bearing-unknown": func(s *sketch) {
		s.field()
		s.head("a", -20, 10, facts{"hfovDeg": 60})
	},
	"dead-zone-under-a-mast": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, facts{"bearingDeg": 30, "hfovDeg": 60, "vfovDeg": 43, "tiltDeg": 25, "mountHeightM": 6})
	},
	"dome-with-a-dead-zone": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, facts{"bearingDeg": 0, "hfovDeg": 60, "vfovDeg": 34, "tiltDeg": 25, "mountHeightM": 6, "panRangeDeg": 360})
	},
	"four-heads-on-one-mast": func(s *sketch) {
		s.field()
		for k := range 4 {
			s.head("mast", 0, 0, lookTo(float64(k)*90, 60, 80))
		}
	},
	"on-the-border": func(s *sketch) {
		s.field()
		s.head("a", -150, 0, lookTo(90, 70, 80))
		s.head("b", 150, 120, lookTo(225, 100, 60))
	},
	"two-cameras-of-one-place": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, lookTo(0, 90, 60))
		s.head("b", 0, 0, lookTo(0, 90, 60))
	},
	"duplicated-cameras": func(s *sketch) { // all that three see, three see
		s.field()
		s.obstacle("house", s.box(20, 20, 32, 30))
		for _, camera := range []string{"a", "b", "c"} {
			s.head(camera, 0, 0, lookTo(45, 100, 70))
		}
	},
	"the-same-head-twice": func(s *sketch) { // counts once
		s.field()
		s.obstacle("house", s.box(20, 20, 32, 30))
		s.head("a", 0, 0, lookTo(45, 100, 70))
		s.head("a", 0, 0, lookTo(45, 100, 70))
	},
	"aperture-of-180-degrees": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, lookTo(0, 180, 60))
		s.head("b", 10, -5, lookTo(180, 180, 60))
		s.obstacle("house", s.box(20, 10, 30, 20))
	},
	"aperture-over-180-degrees": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, lookTo(20, 270, 60))
		s.head("b", 50, 30, lookTo(200, 181, 40))
	},
	"aperture-just-under-360-degrees": func(s *sketch) { // a slit of nothing, north of it
		s.field()
		s.head("a", 0, 0, lookTo(180, 359.9, 60))
		s.obstacle("house", s.box(-5, 20, 5, 30))
	},
	"aperture-of-360-less-a-thousandth": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, lookTo(180, 359.999, 60))
		s.obstacle("house", s.box(20, -5, 30, 5))
	},
	"aperture-of-one-degree": func(s *sketch) {
		s.field()
		s.head("a", -100, 0, lookTo(90, 1, 150))
		s.head("b", -100, 1, lookTo(91, 1, 150))
		s.obstacle("house", s.box(0, -1, 10, 0.2))
	},
	"full-circle": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, allRound(60))
	},
	"full-circle-round-a-dead-zone": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, facts{"hfovDeg": 360, "vfovDeg": 60, "tiltDeg": 30, "mountHeightM": 8, "recordedWidthPx": widthFor(360, 60)})
		s.obstacle("house", s.box(-30, 10, -10, 20))
	},
	"full-circles-that-touch": func(s *sketch) {
		s.field()
		s.head("a", -40, 0, allRound(40))
		s.head("b", 40, 0, allRound(40))
	},
	"sectors-side-by-side": func(s *sketch) { // share the edges between them
		s.field()
		for k := range 5 {
			s.head(string(rune('a'+k)), 0, 0, lookTo(float64(k)*60, 60, 60))
		}
	},
	"one-place-many-ranges": func(s *sketch) {
		s.field()
		for k := range 5 {
			s.head(string(rune('a'+k)), 0, 0, lookTo(90, 90, float64(20+k*12)))
		}
	},
	"equal-ranges-for-two-levels": func(s *sketch) { // two thresholds alike, and two that the upper edge of the picture cuts at one distance
		s.levels = []float64{20, 20, 25, 125}
		s.field()
		s.head("a", 0, 0, lookTo(60, 60, 80))
		s.head("b", 0, -20, facts{"bearingDeg": 200, "hfovDeg": 60, "vfovDeg": 20, "tiltDeg": 25, "mountHeightM": 8, "recordedWidthPx": 3840})
		s.obstacle("house", s.box(20, 5, 30, 15))
	},
	"a-dome-with-its-home-known": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, with(lookTo(90, 60, 70), "panRangeDeg", 100))
		s.obstacle("house", s.box(20, 10, 35, 30))
	},
	"a-dome-with-its-home-unknown": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, facts{"hfovDeg": 60, "panRangeDeg": 360})
		s.obstacle("house", s.box(20, 10, 35, 30))
	},
	"a-face-as-target": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, facts{"bearingDeg": 90, "hfovDeg": 60, "vfovDeg": 35, "tiltDeg": 20, "mountHeightM": 4, "targetHeightM": 1.6})
		s.head("low", 0, 30, facts{"bearingDeg": 90, "hfovDeg": 60, "vfovDeg": 35, "tiltDeg": 20, "mountHeightM": 1, "targetHeightM": 1.6})
	},
	"the-upper-edge-of-the-picture": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, facts{"bearingDeg": 90, "hfovDeg": 80, "vfovDeg": 20, "tiltDeg": 25, "mountHeightM": 8, "recordedWidthPx": 3840})
	},
	"a-mask-across-north": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, with(lookTo(10, 100, 70), "masksDeg", [][]float64{{350, 10}}))
		s.obstacle("house", s.box(5, 30, 20, 40))
	},
	"masks-all-round": func(s *sketch) { // overlapping, alike, beyond the field, and one that is written with 370°
		s.field()
		s.head("a", 0, 0, with(allRound(60), "masksDeg", [][]float64{{30, 60}, {50, 80}, {30, 60}, {170, 190}, {350, 370}}))
		s.head("b", 90, 0, with(lookTo(0, 60, 40), "masksDeg", [][]float64{{100, 200}, {20, 40}}))
		s.obstacle("house", s.box(20, -5, 30, 20))
	},
	"a-mask-of-everything": func(s *sketch) {
		s.field()
		s.head("a", 0, 0, with(lookTo(0, 60, 60), "masksDeg", [][]float64{{300, 60}}))
		s.head("b", 40, 0, with(allRound(40), "masksDeg", [][]float64{{0, 360}}))
		s.head("c", -40, 0, lookTo(0, 60, 60))
	},
	"nights": func(s *sketch) { // lit, half lit, dark, and unknown
		s.field()
		s.head("lit", -90, -40, with(lookTo(0, 60, 60), "nightReachM", "unlimited"))
		s.head("half", -30, -40, with(lookTo(0, 60, 60), "nightReachM", 30))
		s.head("dark", 30, -40, with(lookTo(0, 60, 60), "nightReachM", 0))
		s.head("unknown", 90, -40, lookTo(0, 60, 60))
		s.obstacle("house", s.box(-100, 0, 100, 5))
	},
	"the-night-of-a-dome": func(s *sketch) {
		s.field()
		dome := with(with(lookTo(0, 60, 80), "panRangeDeg", 360), "mountHeightM", 6)
		s.head("a", 0, 0, with(dome, "nightReachM", 40))
		s.head("a", 0, 0, with(lookTo(120, 60, 50), "nightReachM", 10))
		s.obstacle("house", s.box(-20, 15, 15, 25))
	},
	"beyond-three-kilometres": func(s *sketch) { // haze, not optics, ends sight
		s.perimeter(s.box(-500, -400, 4000, 400))
		s.head("a", -400, 0, lookTo(90, 4, 5000))
	},
	"a-network": func(s *sketch) { // a bit of all
		s.field()
		for k := range 12 {
			x, y := float64(k%4)*70-105, float64(k/4)*75-75
			s.head(string(rune('a'+k)), x, y, with(lookTo(float64(k*47%360), float64(40+k*7), float64(40+k%5*10)), "mountHeightM", 5))
			height := facts{}
			if k%2 == 0 {
				height = facts{"heightM": float64(1 + k)}
			}
			s.building(string(rune('A'+k)), height, s.turned(x+25, y+20, 24, 14, float64(k)*17))
		}
		s.zone("market", s.box(-60, -40, 40, 50))
	},
}
