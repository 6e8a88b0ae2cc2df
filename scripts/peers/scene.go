package main

import (
	"math"
	"math/rand/v2"
)

// point is metres east and north in the plane.
type point struct{ x, y float64 }

// ring is not closed: its last point is not its first.
type ring []point

// levels are the four steps of the scale; level 0 reaches farthest.
const levels = 4

// camera is one head on the ground.
type camera struct {
	at point
	// axisDeg is clockwise from north, apertureDeg 360 for a head that turns all round.
	axisDeg, apertureDeg float64
	reachM               [levels]float64
}

// scene is a made-up town, the same for the same seed on every machine, rounded to the millimetre.
type scene struct {
	perimeter ring
	buildings []ring
	cameras   []camera
	// footprints[level][camera] is what a camera would see with nothing in the way.
	footprints [levels][]ring
}

// The streets: blocks of a square grid, turned so that no wall runs along an axis.
const (
	pitchM, streetM = 80.0, 12.0
	blockM          = pitchM - streetM
	turnDeg         = 17.0
	// marginM is how far beyond the perimeter there are buildings: its first row of houses.
	marginM = 25.0
)

// makeScene draws a town of km2 square kilometres with n cameras. The ground depends on km2 only.
func makeScene(km2 float64, n uint32) *scene {
	ground := rand.New(rand.NewPCG(uint64(km2*1000), 4))
	s := &scene{perimeter: drawPerimeter(ground, km2)}
	town := newGrid(s.perimeter)
	s.buildings = town.buildings(ground, s.perimeter)
	cameras := rand.New(rand.NewPCG(uint64(km2*1000), uint64(n)))
	for range n {
		c := town.camera(cameras)
		for !s.perimeter.contains(c.at) {
			c = town.camera(cameras)
		}
		s.cameras = append(s.cameras, c)
	}
	for l := range levels {
		for _, c := range s.cameras {
			s.footprints[l] = append(s.footprints[l], c.sector(l))
		}
	}
	return s
}

// drawPerimeter is a round town with bays and points, of 180 corners.
func drawPerimeter(random *rand.Rand, km2 float64) ring {
	const corners, waves = 180, 14
	var swing, phase [waves]float64
	for k := range waves {
		swing[k], phase[k] = 0.3*random.Float64()/float64(k+2), 2*math.Pi*random.Float64()
	}
	out := make(ring, corners)
	for i := range out {
		turn := 2 * math.Pi * float64(i) / corners
		far := 1.0
		for k := range waves {
			far += swing[k] * math.Sin(float64(k+2)*turn+phase[k])
		}
		out[i] = point{far * math.Cos(turn), far * math.Sin(turn)}
	}
	scale := math.Sqrt(km2 * 1e6 / out.area())
	for i, p := range out {
		out[i] = point{p.x * scale, p.y * scale}.rounded()
	}
	return out
}

// grid is the streets of a town: block (i, j) lies between −half and half.
type grid struct {
	half     int
	sin, cos float64
}

func newGrid(perimeter ring) grid {
	far := 0.0
	for _, p := range perimeter {
		far = max(far, math.Hypot(p.x, p.y))
	}
	g := grid{half: int((far+marginM)/pitchM) + 1}
	g.sin, g.cos = math.Sincos(turnDeg * math.Pi / 180)
	return g
}

// place carries metres along the streets to metres east and north.
func (g grid) place(u, v float64) point {
	return point{u*g.cos - v*g.sin, u*g.sin + v*g.cos}.rounded()
}

// corner is where a block begins.
func (g grid) corner(i, j int) (u, v float64) {
	return float64(i)*pitchM + streetM/2, float64(j)*pitchM + streetM/2
}

// buildings fills the blocks that lie in the perimeter or near it: two rows of three plots each.
func (g grid) buildings(random *rand.Rand, perimeter ring) []ring {
	var out []ring
	for j := -g.half; j <= g.half; j++ {
		for i := -g.half; i <= g.half; i++ {
			u, v := g.corner(i, j)
			middle := g.place(u+blockM/2, v+blockM/2)
			near := perimeter.contains(middle) || perimeter.distanceM(middle) < marginM
			for plot := range 6 {
				house := drawHouse(random) // as many draws for every plot, so that a town does not depend on its border
				if near {
					out = append(out, g.build(house, u+float64(plot%3)*blockM/3, v, plot >= 3))
				}
			}
		}
	}
	return out
}

// house is one building on its plot, in shares of it.
type house struct {
	width, depth, setbackM float64
	wing                   bool // L-shaped
	left                   bool // the wing stands on the left
}

// drawHouse fills the whole width of three plots in ten, so that neighbours share a wall, and gives three in ten a wing.
func drawHouse(random *rand.Rand) house {
	h := house{width: 1, depth: 0.45 + 0.3*random.Float64(), setbackM: 0.3 + 3*random.Float64()}
	detached, width := random.Float64() >= 0.3, 0.7+0.25*random.Float64()
	if detached {
		h.width = width
	}
	h.wing, h.left = random.Float64() < 0.3, random.IntN(2) == 0
	return h
}

// build puts a house on the plot that begins at u; its front is on the block's near street, or on the far one.
func (g grid) build(h house, u, v float64, far bool) ring {
	const plotM = blockM / 3
	u0 := u + plotM*(1-h.width)/2
	u1 := u0 + plotM*h.width
	front, back := v+h.setbackM, v+h.setbackM+blockM/2*h.depth
	if far {
		front, back = v+blockM-h.setbackM, v+blockM-h.setbackM-blockM/2*h.depth
	}
	um, vm := (u0+u1)/2, (front+back)/2
	corners := [][2]float64{{u0, front}, {u1, front}, {u1, back}, {u0, back}}
	switch {
	case h.wing && h.left:
		corners = [][2]float64{{u0, front}, {u1, front}, {u1, vm}, {um, vm}, {um, back}, {u0, back}}
	case h.wing:
		corners = [][2]float64{{u0, front}, {u1, front}, {u1, back}, {um, back}, {um, vm}, {u0, vm}}
	}
	out := make(ring, len(corners))
	for k, c := range corners {
		out[k] = g.place(c[0], c[1])
	}
	return out.anticlockwise()
}

// camera draws a head on a facade line, looking along its street or across it; one in five stands at a crossroads and
// turns all round.
func (g grid) camera(random *rand.Rand) camera {
	const offWallM = 0.2
	u, v := g.corner(random.IntN(2*g.half+1)-g.half, random.IntN(2*g.half+1)-g.half)
	along, side := blockM*random.Float64(), random.IntN(4)
	c := camera{apertureDeg: 30 + 80*random.Float64(), axisDeg: -turnDeg + 90*float64(random.IntN(4)) + 60*(random.Float64()-0.5)}
	c.axisDeg = math.Round(1000*math.Mod(c.axisDeg+360, 360)) / 1000
	c.apertureDeg = math.Round(1000*c.apertureDeg) / 1000
	reach := drawReach(random)
	for l, m := range [levels]float64{120, 48, 24, 12} {
		c.reachM[l] = m * reach
	}
	if random.IntN(5) == 0 {
		c.apertureDeg = 360
		c.at = g.place(u-streetM/2+3*(random.Float64()-0.5), v-streetM/2+3*(random.Float64()-0.5))
		return c
	}
	switch side {
	case 0:
		c.at = g.place(u+along, v-offWallM)
	case 1:
		c.at = g.place(u+along, v+blockM+offWallM)
	case 2:
		c.at = g.place(u-offWallM, v+along)
	default:
		c.at = g.place(u+blockM+offWallM, v+along)
	}
	return c
}

// drawReach is the length of the optics: one head in ten short, half of them ordinary, fifteen in a hundred long.
func drawReach(random *rand.Rand) float64 {
	switch draw := random.IntN(100); {
	case draw < 10:
		return 0.67
	case draw < 60:
		return 1
	case draw < 85:
		return 1.33
	default:
		return 2
	}
}

// sector is the ground within reach at a level: 32 chords and the apex, or 64 chords all round.
func (c camera) sector(level int) ring {
	chords, first, step := 32, c.axisDeg+c.apertureDeg/2, c.apertureDeg/32
	var out ring
	if c.apertureDeg >= 360 {
		chords, step = 63, 360.0/64
	} else {
		out = append(out, c.at)
	}
	for k := range chords + 1 {
		sin, cos := math.Sincos((first - float64(k)*step) * math.Pi / 180)
		out = append(out, point{c.at.x + c.reachM[level]*sin, c.at.y + c.reachM[level]*cos}.rounded())
	}
	return out
}
