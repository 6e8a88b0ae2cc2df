// Package demotown makes Vaubrenne-sur-Orlie, a town that does not exist: a commune of about 4 km² with its river,
// railway, old centre, boulevards and suburbs, its buildings, its places to watch and the cameras of three holders.
//
// The same seed always gives the same town, record by record. The package only makes records: it stores nothing,
// writes no file and judges nothing.
package demotown

import (
	"github.com/paulmach/orb"

	"vigie/inventory"
)

// DefaultSeed makes the town that the documentation shows.
const DefaultSeed = 1

// CommuneCode stands where an INSEE code does. The code officiel géographique keeps 99 for what lies outside France,
// so no commune has it.
const CommuneCode = "99001"

// CommuneName is the name of the town, found in no gazetteer.
const CommuneName = "Vaubrenne-sur-Orlie"

// Street is the middle line of a street, lon, lat.
type Street struct {
	Name string
	Line orb.LineString
}

// Town is everything that the demonstration needs.
type Town struct {
	Holders     []inventory.Holder
	Deployments []inventory.Deployment
	Cameras     []inventory.Camera
	// Areas are the commune, the places to watch, the place without cameras and the named streets.
	Areas []inventory.Area
	// Obstacles are the buildings.
	Obstacles []inventory.Obstacle
	Streets   []Street
	// Rails are the railway lines, Water the river, lon, lat.
	Rails []Street
	Water orb.MultiPolygon
	// Lamps are the street lamps, lon, lat.
	Lamps []orb.Point
}
