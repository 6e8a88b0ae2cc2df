package demotown

import (
	"fmt"

	"vigie/inventory"
)

// railway is what the railway watches: platforms, hall, car park.
func (p *plan) railway() []post {
	station := p.places["demo-gare"]
	camera := func(name string, at, toward spot, l lens) post {
		return post{
			name: name, holder: holderRailway, deployment: deploymentStation, at: at, toward: &toward, support: "pole",
			heightM: 4.5, lens: l, status: inventory.InService,
		}
	}
	var posts []post
	for i, at := range p.platform(6) {
		posts = append(posts, camera(fmt.Sprintf("Quai, repère %d", i+1), at.place, at.place.plus(at.along.times(25)), wide2MP))
	}
	middle := station.ring.centre()
	front := station.outside(0.5)
	posts = append(posts,
		camera("Bâtiment voyageurs, entrée", front, middle, wide4MP).on("wall"),
		camera("Bâtiment voyageurs, angle 1", station.outside(0.02), station.outside(-0.3).along(middle, 0.3), narrow2MP).on("wall"),
		camera("Bâtiment voyageurs, angle 2", station.outside(0.98), station.outside(1.3).along(middle, 0.3), narrow2MP).on("wall"),
		camera("Parvis, dôme", station.corner(0.35), middle, dome2MP).up(7),
		camera("Parking, fixe", station.corner(0.8), middle, wide2MP).with(bySensor),
		camera("Parking, projet", station.corner(0.5), middle, wide2MP).as(inventory.Planned),
	)
	return posts
}

// bySensor describes a head by its sensor and focal length, as older files do: 1/2.8" (5.57 × 3.13 mm), 4 mm.
func bySensor(c *inventory.Camera) {
	h := &c.Heads[0]
	h.HFOVDeg, h.VFOVDeg = nil, nil
	h.SensorWidthMM, h.SensorHeightMM, h.FocalMM = known(5.57), known(3.13), known(4.0)
}

// track is a place beside the railway and the direction of the rails there.
type track struct{ place, along spot }

// platform gives places 20 m apart on both sides of the rails, before the station.
func (p *plan) platform(count int) []track {
	wall := p.places["demo-gare"].wall
	middle := wall.a.along(wall.b, 0.5)
	nearestM, length := 0.0, lengthM(p.rail)
	for at := 0.0; at < length; at += 5 {
		on, _ := pointAt(p.rail, at)
		if best, _ := pointAt(p.rail, nearestM); on.to(middle) < best.to(middle) {
			nearestM = at
		}
	}
	tracks := make([]track, count)
	for i := range tracks {
		on, direction := pointAt(p.rail, nearestM+20*(float64(i)-float64(count-1)/2))
		if i%2 == 1 {
			direction = direction.times(-1)
		}
		tracks[i] = track{place: on.plus(direction.left().times(6)), along: direction}
	}
	return tracks
}

// shop is what the supermarket watches: its walls and its car park.
func (p *plan) shop() []post {
	at := p.places["demo-centre-commercial"]
	camera := func(name string, place, toward spot, l lens) post {
		return post{
			name: name, holder: holderShop, deployment: deploymentShop, at: place, toward: &toward, support: "wall",
			heightM: 4, lens: l, status: inventory.InService, edit: besideShop(at, place),
		}
	}
	middle := at.ring.centre()
	posts := []post{
		camera("Façade, entrée 1", at.outside(0.2), at.outside(0.2).along(middle, 0.5), wide4MP),
		camera("Façade, entrée 2", at.outside(0.8), at.outside(0.8).along(middle, 0.5), wide4MP),
		camera("Façade, retrait", at.outside(0.5), middle, narrow4MP),
		camera("Façade, angle 1", at.outside(0.01), at.corner(0.2), wide2MP),
		camera("Façade, angle 2", at.outside(0.99), at.corner(0.9), wide2MP),
	}
	for i, share := range []float64{0, 0.3, 0.5, 0.75} {
		posts = append(posts, camera(fmt.Sprintf("Parking, mât %d", i+1), at.corner(share), middle, wide2MP).on("pole").up(6))
	}
	dome := camera("Parking, dôme", at.corner(0.6), middle, dome2MP).on("pole").up(8)
	posts[8].toward = nil
	posts[4].status = inventory.OutOfService
	return append(posts, dome)
}

// besideShop notes how far a camera stands from the shop: traders film only their surroundings (CSI L251-2).
func besideShop(at place, where spot) func(*inventory.Camera) {
	wall := where.toSegment(at.wall.a, at.wall.b)
	return func(c *inventory.Camera) {
		c.FilmsPublicWay = known(false)
		c.Mounting.DistanceToOwnBuildingM = known(float64(int(wall)))
	}
}
