package main

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/peterstace/simplefeatures/geom"
)

// engine is a library that can unite footprints and take them away from a perimeter.
type engine interface {
	name() string
	// load takes the perimeter and the footprints of every level; what it does is not timed.
	load(s *scene) error
	// gaps is the perimeter without the footprints of a level: its surface in square metres, and how many rings bound it.
	gaps(level int) (areaM2 float64, rings int, err error)
}

func newEngine(name string) (engine, error) {
	switch name {
	case "simplefeatures":
		return &simpleFeatures{}, nil
	case "geos":
		return newGEOS()
	}
	return nil, fmt.Errorf("no engine %q: simplefeatures or geos", name)
}

// serveOverlay loads a scene and answers each line of in with a run over its four levels.
func serveOverlay(name, file string, in io.Reader, out io.Writer) error {
	e, err := newEngine(name)
	if err != nil {
		return err
	}
	s, err := readFootprints(file)
	if err != nil {
		return err
	}
	if err := e.load(s); err != nil {
		return err
	}
	ground := s.perimeter.area()
	return serve(e.name(), in, out, func() (o outcome) {
		runtime.GC()
		start, before := time.Now(), processorSeconds()
		for l := range levels {
			area, rings, err := e.gaps(l)
			if err != nil {
				o.Fault = fmt.Sprintf("level %d: %v", l+1, err)
				break
			}
			o.SeenM2, o.Rings = append(o.SeenM2, ground-area), append(o.Rings, rings)
		}
		o.Seconds, o.CPU = time.Since(start).Seconds(), processorSeconds()-before
		return o
	})
}

// processorSeconds is the processor time that this process has used.
func processorSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return math.NaN()
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

// simpleFeatures is github.com/peterstace/simplefeatures, a port of JTS in pure Go.
type simpleFeatures struct {
	perimeter  geom.Geometry
	footprints [levels][]geom.Geometry
}

func (e *simpleFeatures) name() string {
	return "simplefeatures " + moduleVersion("github.com/peterstace/simplefeatures")
}

// moduleVersion is the version of a module that this program was built with.
func moduleVersion(path string) string {
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, m := range build.Deps {
			if m.Path == path {
				return m.Version
			}
		}
	}
	return "of unknown version"
}

func (e *simpleFeatures) load(s *scene) error {
	e.perimeter = s.perimeter.simple()
	for l, footprints := range s.footprints {
		for _, f := range footprints {
			e.footprints[l] = append(e.footprints[l], f.simple())
		}
	}
	return nil
}

func (r ring) simple() geom.Geometry {
	sequence := geom.NewSequence(append(r.numbers(), r[0].x, r[0].y), geom.DimXY)
	return geom.NewPolygon([]geom.LineString{geom.NewLineString(sequence)}).AsGeometry()
}

func (e *simpleFeatures) gaps(level int) (float64, int, error) {
	union, err := geom.UnionMany(e.footprints[level])
	if err != nil {
		return 0, 0, fmt.Errorf("union: %w", err)
	}
	gaps, err := geom.Difference(e.perimeter, union)
	if err != nil {
		return 0, 0, fmt.Errorf("difference: %w", err)
	}
	rings := 0
	for _, part := range gaps.Dump() {
		if polygon, ok := part.AsPolygon(); ok {
			rings += polygon.NumRings()
		}
	}
	return gaps.Area(), rings, nil
}
