package inventory

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// shpReader reads the shapes of a main file, one at a time (ESRI Shapefile Technical Description, July 1998).
type shpReader struct {
	source *bufio.Reader
	left   int64 // bytes that the head promises
	read   int
	buffer bytes.Buffer
}

const (
	shpHeadBytes   = 100
	shpRecordBytes = 8
	shpNumber      = 9994
	shpVersion     = 1000
	// mostShapeBytes bounds one shape: four million positions.
	mostShapeBytes = 64 << 20
)

// The types of shapes, without what tells heights (+10) and measures (+20).
const (
	shpNull       = 0
	shpPoint      = 1
	shpLine       = 3
	shpPolygon    = 5
	shpMultiPoint = 8
	shpMultiPatch = 31
)

func openSHP(source io.Reader) (*shpReader, error) {
	s := &shpReader{source: bufio.NewReaderSize(source, readAhead)}
	head := make([]byte, shpHeadBytes)
	if _, err := io.ReadFull(s.source, head); err != nil {
		return nil, cutShort(err)
	}
	number, version := binary.BigEndian.Uint32(head), binary.LittleEndian.Uint32(head[28:])
	if number != shpNumber || version != shpVersion {
		return nil, errors.New("is not the main file of a shapefile")
	}
	s.left = 2*int64(binary.BigEndian.Uint32(head[24:])) - shpHeadBytes
	return s, nil
}

// next reads a shape: io.EOF after the last one. When the shape is nil, reason says why; tall tells that heights are left
// out.
func (s *shpReader) next() (shape orb.Geometry, tall bool, reason string, err error) {
	if s.left <= 0 {
		return nil, false, "", io.EOF
	}
	var head [shpRecordBytes]byte
	if _, err := io.ReadFull(s.source, head[:]); err != nil {
		return nil, false, "", cutShort(err)
	}
	length := 2 * int64(binary.BigEndian.Uint32(head[4:]))
	if s.left -= shpRecordBytes + length; s.left < 0 {
		return nil, false, "", fmt.Errorf("the shape %d is longer than the file", s.read+1)
	}
	s.read++
	s.buffer.Reset()
	if length > mostShapeBytes {
		if _, err := io.CopyN(io.Discard, s.source, length); err != nil {
			return nil, false, "", cutShort(err)
		}
		return nil, false, fmt.Sprintf("the shape is longer than %d bytes", mostShapeBytes), nil
	}
	if _, err := io.CopyN(&s.buffer, s.source, length); err != nil {
		return nil, false, "", cutShort(err)
	}
	shape, tall, reason = shpShape(s.buffer.Bytes())
	return shape, tall, reason, nil
}

// shpShape reads the content of a record.
func shpShape(content []byte) (shape orb.Geometry, tall bool, reason string) {
	const short = "the shape is cut short"
	if len(content) < 4 {
		return nil, false, short
	}
	kind := binary.LittleEndian.Uint32(content)
	if kind == shpNull {
		return nil, false, "the shape is null"
	}
	if kind == shpMultiPatch || kind > shpMultiPoint+20 {
		return nil, false, fmt.Sprintf("shapes of type %d are not read", kind)
	}
	tall, content = kind > 10 && kind < 20, content[4:]
	switch kind % 10 {
	case shpPoint:
		if len(content) < 16 {
			return nil, false, short
		}
		shape, reason = shpOnePoint(content)
	case shpMultiPoint:
		shape, reason = shpPoints(content)
	case shpLine, shpPolygon:
		paths, fault := shpPaths(content)
		switch {
		case fault != "":
			reason = fault
		case kind%10 == shpLine:
			shape = shpLines(paths)
		default:
			shape, reason = shpSurface(paths)
		}
	default:
		reason = fmt.Sprintf("shapes of type %d are not read", kind)
	}
	if reason != "" {
		return nil, tall, reason
	}
	return shape, tall, ""
}

// shpNoData: what is smaller than this is no number (page 2 of the description).
const shpNoData = -1e38

func shpAt(b []byte) orb.Point {
	return orb.Point{
		math.Float64frombits(binary.LittleEndian.Uint64(b)), math.Float64frombits(binary.LittleEndian.Uint64(b[8:])),
	}
}

func shpOnePoint(content []byte) (orb.Geometry, string) {
	p := shpAt(content)
	if !finite(p) || p[0] < shpNoData || p[1] < shpNoData {
		return nil, "the coordinates are not numbers"
	}
	return p, ""
}

const shpBoxBytes, shpPointBytes = 32, 16

func shpPoints(content []byte) (orb.Geometry, string) {
	if len(content) < shpBoxBytes+4 {
		return nil, "the shape is cut short"
	}
	count := int64(binary.LittleEndian.Uint32(content[shpBoxBytes:]))
	if content = content[shpBoxBytes+4:]; count*shpPointBytes > int64(len(content)) {
		return nil, "the shape is cut short"
	}
	points := make(orb.MultiPoint, count)
	for i := range points {
		if points[i] = shpAt(content[i*shpPointBytes:]); !finite(points[i]) {
			return nil, "the coordinates are not numbers"
		}
	}
	if len(points) == 0 {
		return nil, "the shape has no point"
	}
	return points, ""
}

// shpPaths reads the parts of a line or polygon.
func shpPaths(content []byte) (paths []orb.LineString, reason string) {
	if len(content) < shpBoxBytes+8 {
		return nil, "the shape is cut short"
	}
	parts, count := int64(binary.LittleEndian.Uint32(content[shpBoxBytes:])), int64(binary.LittleEndian.Uint32(content[shpBoxBytes+4:]))
	starts := content[shpBoxBytes+8:]
	if 4*parts+shpPointBytes*count > int64(len(starts)) {
		return nil, "the shape is cut short"
	}
	points := starts[4*parts:]
	for i := range parts {
		from, to := int64(binary.LittleEndian.Uint32(starts[4*i:])), count
		if i+1 < parts {
			to = int64(binary.LittleEndian.Uint32(starts[4*(i+1):]))
		}
		if from >= to || to > count {
			return nil, "the parts of the shape are not in order"
		}
		path := make(orb.LineString, to-from)
		for k := range path {
			if path[k] = shpAt(points[(from+int64(k))*shpPointBytes:]); !finite(path[k]) {
				return nil, "the coordinates are not numbers"
			}
		}
		paths = append(paths, path)
	}
	if len(paths) == 0 {
		return nil, "the shape has no part"
	}
	return paths, ""
}

func shpLines(paths []orb.LineString) orb.Geometry {
	if len(paths) == 1 {
		return paths[0]
	}
	return orb.MultiLineString(paths)
}

// shpSurface gives each hole to the smallest outline around it. Outlines are clockwise, holes are not; when no ring is
// clockwise, all are outlines, for much software does not mind.
func shpSurface(paths []orb.LineString) (orb.Geometry, string) {
	var surface orb.MultiPolygon
	var holes []orb.Ring
	for _, path := range paths {
		if ring := orb.Ring(path); ring.Orientation() == orb.CCW {
			holes = append(holes, ring)
		} else {
			surface = append(surface, orb.Polygon{ring})
		}
	}
	if len(surface) == 0 {
		for _, ring := range holes {
			surface = append(surface, orb.Polygon{ring})
		}
		holes = nil
	}
	if len(holes)*len(surface) > mostShapeBytes/shpPointBytes {
		return nil, "the shape has too many holes"
	}
	for _, hole := range holes {
		around := -1
		for i, polygon := range surface {
			if polygon[0].Bound().Contains(hole[0]) && planar.RingContains(polygon[0], hole[0]) &&
				(around < 0 || math.Abs(planar.Area(polygon[0])) < math.Abs(planar.Area(surface[around][0]))) {
				around = i
			}
		}
		if around < 0 {
			return nil, "a hole of the shape is outside its outlines"
		}
		surface[around] = append(surface[around], hole)
	}
	if len(surface) == 1 {
		return surface[0], ""
	}
	return slices.Clip(surface), ""
}
