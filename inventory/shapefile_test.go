package inventory_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

// layer makes the parts of a shapefile (ESRI Shapefile Technical Description, July 1998; dBase III).
type layer struct {
	shapes  [][]byte // contents of records, after the type
	kind    uint32
	columns []string // "name/type/width"
	rows    [][]string
	driver  byte
	deleted map[int]bool
}

func littleEndian(values ...any) []byte {
	var out bytes.Buffer
	for _, value := range values {
		_ = binary.Write(&out, binary.LittleEndian, value)
	}
	return out.Bytes()
}

func shpPoint(lon, lat float64) []byte { return littleEndian(lon, lat) }

// shpParts are the parts of a line or a polygon.
func shpParts(parts ...[]orb.Point) []byte {
	box, count, starts, points := make([]float64, 4), uint32(0), []uint32{}, []float64{}
	for _, part := range parts {
		starts = append(starts, count)
		count += uint32(len(part))
		for _, p := range part {
			points = append(points, p[0], p[1])
		}
	}
	return littleEndian(box, uint32(len(parts)), count, starts, points)
}

func (l layer) shp() []byte {
	var records bytes.Buffer
	for i, shape := range l.shapes {
		content := append(littleEndian(l.kind), shape...)
		if shape == nil {
			content = littleEndian(uint32(0))
		}
		_ = binary.Write(&records, binary.BigEndian, []uint32{uint32(i + 1), uint32(len(content) / 2)})
		records.Write(content)
	}
	var out bytes.Buffer
	_ = binary.Write(&out, binary.BigEndian, []uint32{9994, 0, 0, 0, 0, 0, uint32(100+records.Len()) / 2})
	out.Write(littleEndian(uint32(1000), l.kind, make([]float64, 8)))
	out.Write(records.Bytes())
	return out.Bytes()
}

func (l layer) dbf() []byte {
	var head, rows bytes.Buffer
	width := 1
	widths := make([]int, len(l.columns))
	for i, column := range l.columns {
		parts := strings.Split(column, "/")
		name := make([]byte, 11)
		copy(name, parts[0])
		for _, digit := range parts[2] {
			widths[i] = widths[i]*10 + int(digit-'0')
		}
		width += widths[i]
		head.Write(name)
		head.WriteString(parts[1])
		head.Write([]byte{0, 0, 0, 0, byte(widths[i]), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	}
	head.WriteByte(0x0d)
	for i, row := range l.rows {
		mark := byte(' ')
		if l.deleted[i] {
			mark = '*'
		}
		rows.WriteByte(mark)
		for k, text := range row {
			rows.WriteString(text + strings.Repeat(" ", max(0, widths[k]-len(text))))
		}
	}
	start := append([]byte{3, 126, 11, 22}, littleEndian(uint32(len(l.rows)), uint16(32+head.Len()), uint16(width))...)
	start = append(start, make([]byte, 20)...)
	start[29] = l.driver
	return append(append(append(start, head.Bytes()...), rows.Bytes()...), 0x1a)
}

// zipped is an archive of parts, in the order given: name, content, name, content …
func zipped(t testing.TB, parts ...string) string {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for i := 0; i < len(parts); i += 2 {
		part, err := archive.Create(parts[i])
		if err == nil {
			_, err = part.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const (
	prjWorld   = `GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`
	prjLambert = `PROJCS["RGF93_Lambert_93",GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",700000.0],PARAMETER["False_Northing",6600000.0],PARAMETER["Central_Meridian",3.0],PARAMETER["Standard_Parallel_1",44.0],PARAMETER["Standard_Parallel_2",49.0],PARAMETER["Latitude_Of_Origin",46.5],UNIT["Meter",1.0]]`
	prjParis   = `PROJCS["NTF_Lambert_II_etendu",GEOGCS["GCS_NTF_Paris",DATUM["D_NTF",SPHEROID["Clarke_1880_IGN",6378249.2,293.46602]],PRIMEM["Paris",2.33722917],UNIT["Grad",0.015707963]],PROJECTION["Lambert_Conformal_Conic"],UNIT["Meter",1.0]]`
)

// points is a layer of two named points.
func points() layer {
	return layer{
		kind: 1, shapes: [][]byte{shpPoint(2.35, 48.85), shpPoint(2.36, 48.86)},
		columns: []string{"ref/C/4", "nom/C/12", "haut/N/6", "pose/D/8", "film/L/1"},
		rows:    [][]string{{"a", "Eglise", "3.5", "20260102", "T"}, {"b", "Ecole", "******", "00000000", "?"}}, driver: 0x57,
	}
}

// archive is the layer with all that belongs to it.
func (l layer) archive(t testing.TB, prj string) string {
	t.Helper()
	return zipped(t, "data/layer.shp", string(l.shp()), "data/layer.dbf", string(l.dbf()), "data/layer.shx", "x", "data/layer.prj", prj)
}
