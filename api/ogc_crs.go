package api

import (
	"math"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"vigie/api/cql"
	"vigie/geo"
)

// crs84 is WGS 84 with the longitude first, which is how everything is kept.
const crs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

const epsgBase = "http://www.opengis.net/def/crs/EPSG/0/"

// system is a coordinate system as clients name it, with the axes in the order of its definition.
type system struct {
	uri string
	crs geo.CRS
	// latFirst tells that the first coordinate is the latitude, as in EPSG:4326.
	latFirst bool
}

// systems are all that are spoken: OGC:CRS84 and those of the EPSG registry that Vigie knows.
func systems() []string {
	list := []string{crs84}
	for _, crs := range geo.CRSs() {
		list = append(list, epsgBase+strings.TrimPrefix(crs.Code, "EPSG:"))
	}
	return list
}

// findSystem finds one by its address.
func findSystem(uri string) (system, bool) {
	if uri == crs84 || uri == "" {
		return system{uri: crs84}, true
	}
	code, isEPSG := strings.CutPrefix(uri, epsgBase)
	crs, known := geo.FindCRS("EPSG:" + code)
	return system{uri: uri, crs: crs, latFirst: crs.Geographic()}, isEPSG && known
}

// system takes a parameter that names a coordinate system; CRS84 when absent.
func (p *params) system(name string) system {
	uri, _ := p.text(name)
	found, known := findSystem(uri)
	if !known {
		p.fault(name, "%q is not one of the systems that the collections list, as %s", uri, crs84)
	}
	return found
}

// toLonLat carries a point of the system; nil for CRS84, which is lon, lat.
func (s system) toLonLat() cql.Coordinates {
	if s.uri == crs84 {
		return nil
	}
	return func(p orb.Point) orb.Point { return s.crs.ToLonLat(s.ordered(p)) }
}

// ordered is a point with its axes in the other order where the system has the latitude first.
func (s system) ordered(p orb.Point) orb.Point {
	if s.latFirst {
		return orb.Point{p[1], p[0]}
	}
	return p
}

// fromLonLat carries a geometry to the system; ok is false when it has no finite coordinates there.
func (s system) fromLonLat(g orb.Geometry) (carried orb.Geometry, ok bool) {
	if s.uri == crs84 || g == nil {
		return g, true
	}
	ok = true
	carried = project.Geometry(orb.Clone(g), func(p orb.Point) orb.Point {
		p = s.ordered(s.crs.FromLonLat(p))
		ok = ok && isFinite(p[0]) && isFinite(p[1])
		return p
	})
	return carried, ok
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// tell names the system of an answer (OGC 18-058r1, requirement /req/crs/content-crs).
func (s system) tell(c *gin.Context) { c.Header("Content-Crs", "<"+s.uri+">") }

// systemOfBody is the system of the coordinates of a request's body, by its Content-Crs header.
func systemOfBody(c *gin.Context) (system, error) {
	uri := strings.Trim(strings.TrimSpace(header(c, "Content-Crs")), "<>")
	found, known := findSystem(uri)
	if !known {
		return found, refuse(kindInvalidRequest, "Content-Crs: %q is not one of the systems that the collections list", uri)
	}
	return found, nil
}
