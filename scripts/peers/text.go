package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// The text of a scene, which programs in four languages read: one thing a line, metres east and north.
//
//	perimeter X Y X Y …
//	building X Y X Y …
//	camera X Y AXIS APERTURE REACH0 REACH1 REACH2 REACH3
//	footprint LEVEL X Y X Y …
//
// AXIS is degrees clockwise from north, APERTURE degrees; LEVEL goes from 0; rings are not closed.

func (s *scene) write(name string) (err error) {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w := bufio.NewWriter(file)
	line := func(word string, numbers ...float64) {
		b := []byte(word)
		for _, v := range numbers {
			b = strconv.AppendFloat(append(b, ' '), v, 'f', -1, 64)
		}
		_, _ = w.Write(append(b, '\n')) // a failure comes again with Flush
	}
	line("perimeter", s.perimeter.numbers()...)
	for _, b := range s.buildings {
		line("building", b.numbers()...)
	}
	for _, c := range s.cameras {
		line("camera", append([]float64{c.at.x, c.at.y, c.axisDeg, c.apertureDeg}, c.reachM[:]...)...)
	}
	for l, footprints := range s.footprints {
		for _, f := range footprints {
			line("footprint "+strconv.Itoa(l), f.numbers()...)
		}
	}
	return w.Flush()
}

func (r ring) numbers() []float64 {
	out := make([]float64, 0, 2*len(r))
	for _, p := range r {
		out = append(out, p.x, p.y)
	}
	return out
}

// readFootprints reads the perimeter of a scene and its footprints.
func readFootprints(name string) (s *scene, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	s = &scene{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		switch fields[0] {
		case "perimeter":
			s.perimeter, err = readRing(fields[1:])
		case "footprint":
			var level int
			var r ring
			if level, err = strconv.Atoi(fields[1]); err == nil && level < levels {
				r, err = readRing(fields[2:])
				s.footprints[level] = append(s.footprints[level], r)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return s, lines.Err()
}

func readRing(fields []string) (ring, error) {
	out := make(ring, len(fields)/2)
	for k := range out {
		x, errX := strconv.ParseFloat(fields[2*k], 64)
		y, errY := strconv.ParseFloat(fields[2*k+1], 64)
		if err := errors.Join(errX, errY); err != nil {
			return nil, err
		}
		out[k] = point{x, y}
	}
	return out, nil
}
