package geo

import "github.com/paulmach/orb"

// CRS is a named coordinate reference system, for imports and exports only.
type CRS struct {
	// Code is "EPSG:n".
	Code string
	// Name is the system's usual name, Territory where it is used.
	Name, Territory string
}

// FindCRS gives the system that a code or a URN names: "EPSG:2154", "2154", "urn:ogc:def:crs:EPSG::2154", "CRS84".
func FindCRS(name string) (CRS, bool) { panic("to be written") }

// CRSs lists the known systems by code.
func CRSs() []CRS { panic("to be written") }

// ToLonLat carries easting, northing (metres; lon, lat for geographic systems) to lon, lat in WGS 84 degrees.
func (c CRS) ToLonLat(p orb.Point) orb.Point { panic("to be written") }

// FromLonLat carries lon, lat in WGS 84 degrees to easting, northing.
func (c CRS) FromLonLat(p orb.Point) orb.Point { panic("to be written") }
