package demotown

import (
	"fmt"
	"math"

	"vigie/inventory"
)

// post is a camera before it has a number: where it stands, what it looks at and whose it is.
type post struct {
	name       string
	holder     inventory.ID
	deployment inventory.ID
	at         spot
	// toward is what the first head looks at; nil when nobody noted it.
	toward  *spot
	support string
	heightM float64
	lens    lens
	// heads is how many heads look round from the same mast; 1 when zero.
	heads  int
	status inventory.Status
	edit   func(*inventory.Camera)
}

// record makes the camera of a post.
func (b post) record(number int) inventory.Camera {
	where := inventory.Point(b.at.lonLat())
	external := fmt.Sprintf("CAM-%03d", number)
	c := inventory.Camera{
		ID: inventory.DeriveID("camera", string(b.holder), external), Holder: b.holder, Deployment: b.deployment,
		ExternalID: external, Name: b.name, Category: inventory.Fixed, Status: b.status, Location: &where,
		Commune: CommuneCode, FilmsPublicWay: known(b.holder == holderCommune), InServiceSince: "2022-03-01",
		Mounting:   inventory.Mounting{Support: b.support, HeightM: &b.heightM, Outdoor: known(true)},
		Device:     inventory.Device{Model: b.lens.model, IngressRating: "IP66", ImpactRating: "IK10"},
		Provenance: source,
	}
	if b.status == inventory.Planned {
		c.InServiceSince = ""
	}
	for k := range max(1, b.heads) {
		c.Heads = append(c.Heads, b.head(k))
	}
	if b.edit != nil {
		b.edit(&c)
	}
	return c
}

func (b post) head(k int) inventory.Head {
	id := fmt.Sprint(k + 1)
	if b.toward == nil {
		h := b.lens.head(id, 0, b.tiltDeg(20))
		h.BearingDeg = nil
		return h
	}
	turn := math.Mod(b.at.bearingDeg(*b.toward)+360/float64(max(1, b.heads))*float64(k), 360)
	return b.lens.head(id, math.Floor(turn), b.tiltDeg(b.at.to(*b.toward)))
}

// tiltDeg aims the axis at the chest of somebody (1.5 m) at a distance.
func (b post) tiltDeg(distanceM float64) float64 {
	return math.Round(math.Atan2(b.heightM-1.5, max(distanceM, 8)) * 180 / math.Pi)
}

// posts are all cameras of the town, holder by holder.
func (p *plan) posts() []post {
	posts := p.townCentre()
	posts = append(posts, p.schools()...)
	posts = append(posts, p.districts()...)
	posts = append(posts, p.old()...)
	posts = append(posts, p.railway()...)
	return append(posts, p.shop()...)
}

// pole is a camera of the commune on a mast of its own.
func pole(name string, at spot, toward spot, l lens) post {
	return post{
		name: name, holder: holderCommune, deployment: deploymentCentre, at: at, toward: &toward, support: "pole",
		heightM: 5, lens: l, status: inventory.InService,
	}
}

func (b post) inDistricts() post                   { b.deployment = deploymentDistricts; return b }
func (b post) as(status inventory.Status) post     { b.status = status; return b }
func (b post) up(heightM float64) post             { b.heightM = heightM; return b }
func (b post) on(support string) post              { b.support = support; return b }
func (b post) with(f func(*inventory.Camera)) post { b.edit = f; return b }
func (b post) round(heads int) post                { b.heads = heads; return b }

// townCentre watches the squares, the shopping street and the old bridge.
func (p *plan) townCentre() []post {
	hall, market, garden := p.places["demo-place-mairie"], p.places["demo-place-marche"], p.places["demo-jardin"]
	middle, stalls := hall.ring.centre(), market.ring.centre()
	posts := []post{
		pole("Place de l’Hôtel-de-Ville, angle 1", hall.corner(0), middle, dome4MP).up(7),
		pole("Place de l’Hôtel-de-Ville, angle 3", hall.corner(0.5), middle, dome4MP).up(7),
		pole("Place de l’Hôtel-de-Ville, angle 2", hall.corner(0.25), middle, wide4MP),
		pole("Place de l’Hôtel-de-Ville, angle 4", hall.corner(0.75), middle, wide4MP),
		pole("Hôtel de ville, façade", hall.outside(0.5), middle, wide8MP).on("wall").up(6),
		pole("Place du Marché, mât", market.corner(0), stalls, multi4MP).round(4).up(8),
		pole("Place du Marché, dôme", market.corner(0.5), stalls, dome2MP).up(7),
		pole("Jardin public, mât", garden.corner(0.3), garden.ring.centre(), multi4MP).round(3).up(8),
	}
	posts = append(posts, p.along("Grande Rue", 6, wide4MP)...)
	bridge := p.bridge()
	first, last := bridge[0], bridge[len(bridge)-1]
	side := first.unit(last).left().times(6.5)
	return append(posts,
		pole("Pont-Vieux, rive sud", first.plus(side), last, narrow4MP),
		pole("Pont-Vieux, rive nord", last.minus(side), first, narrow4MP))
}

// along puts cameras on both pavements of a street in turn, looking one way and the other.
func (p *plan) along(name string, count int, l lens) []post {
	s := p.street(name)
	var posts []post
	for i := range count {
		at, direction := pointAt(s.line, lengthM(s.line)*(float64(i)+0.5)/float64(count))
		side := s.halfM - 0.4
		if i%2 == 1 {
			direction = direction.times(-1)
		}
		at = at.plus(direction.left().times(side))
		target := at.plus(direction.times(25)).minus(direction.left().times(side))
		posts = append(posts, pole(fmt.Sprintf("%s, n° %d", name, i+1), at, target, l).on("wall").up(4.5))
	}
	return posts
}

// schools watch the street before the gate, from two ends.
func (p *plan) schools() []post {
	var posts []post
	for _, id := range []string{"demo-ecole-tilleuls", "demo-college-saules", "demo-ecole-bellevue", "demo-lycee-orlie"} {
		at := p.places[id]
		a, b := at.side()
		gate := a.along(b, 0.5)
		posts = append(posts,
			pole(at.name+", entrée", a, gate, wide4MP).inDistricts().with(masked),
			pole(at.name+", carrefour", b, gate, narrow2MP).inDistricts().with(masked))
	}
	posts[5] = posts[5].as(inventory.Planned)
	posts[6] = posts[6].as(inventory.Installed)
	return posts
}

// masked notes dwellings in view, and the mask that hides them (CSI L251-3).
func masked(c *inventory.Camera) {
	for i := range c.Heads {
		c.Heads[i].DwellingInView, c.Heads[i].PrivacyMask = known(true), known(true)
	}
}

// districts watches the station's forecourt, the stadium and the roads into town.
func (p *plan) districts() []post {
	station, stadium := p.places["demo-gare"], p.places["demo-stade"]
	forecourt := station.outside(0.5).along(station.ring.centre(), 0.5)
	posts := []post{
		pole("Parvis de la gare, dôme", station.corner(0.1), forecourt, dome4MP).up(7),
		pole("Parvis de la gare, fixe", station.corner(0.6), forecourt, wide8MP),
		pole("Stade, dôme", stadium.corner(0), stadium.ring.centre(), dome2MP).up(9),
		pole("Stade, thermique", stadium.corner(0.5), stadium.ring.centre(), thermal).up(9),
	}
	for i, name := range []string{"route de Saint-Orlan", "route des Moulins", "avenue du Levant", "rue du Dépôt"} {
		posts = append(posts, p.gate(name, i < 2))
	}
	posts[7] = posts[7].as(inventory.Planned)
	for i := range posts {
		posts[i] = posts[i].inDistricts()
	}
	return posts
}

// gate looks at what comes in by a road, 120 m from the border. fromStart tells which end of the road is outside.
func (p *plan) gate(name string, fromStart bool) post {
	s := p.street(name)
	length, at := lengthM(s.line), 120.0
	if !fromStart {
		at = length - at
	}
	place, direction := pointAt(s.line, at)
	if fromStart {
		direction = direction.times(-1)
	}
	place = place.plus(direction.left().times(s.halfM + 0.6))
	return pole("Entrée de ville, "+name, place, place.plus(direction.times(40)), narrow8MP).up(6).with(func(c *inventory.Camera) {
		c.Heads[0].Shot, c.Heads[0].VehicleSpeedKMH = inventory.Narrow, known(50.0)
	})
}

// old are the cameras of the first years, of which little is written down.
func (p *plan) old() []post {
	var posts []post
	for i, name := range []string{"boulevard des Remparts", "boulevard de la Porte-Neuve", "boulevard du Couchant", "boulevard du Midi"} {
		s := p.street(name)
		at, direction := pointAt(s.line, lengthM(s.line)*0.4)
		dome := pole(fmt.Sprintf("%s, dôme ancien", name), at.plus(direction.left().times(s.halfM-0.5)), at, unknownPTZ)
		dome.toward = nil
		posts = append(posts, dome.up(8).inDistricts())
		if i == 3 {
			posts[i].status = inventory.OutOfService
		}
	}
	for i, name := range []string{"quai des Lavandières", "quai des Mariniers"} {
		s := p.street(name)
		at, direction := pointAt(s.line, lengthM(s.line)*0.55)
		blind := pole(name+", fixe", at.plus(direction.left().times(s.halfM*(1-2*float64(i)))), at, wide2MP)
		blind.toward = nil
		posts = append(posts, blind)
	}
	posts[5] = posts[5].as(inventory.Retired)
	return posts
}

// corner is the pavement corner nearest to a share of the way round.
func (at place) corner(share float64) spot {
	return at.corners[int(share*float64(len(at.corners)))%len(at.corners)]
}

// outside is a place on the wall of the main building, at a share of its length, a hand's breadth off it.
func (at place) outside(share float64) spot {
	return at.wall.a.along(at.wall.b, share).plus(at.wall.a.unit(at.wall.b).left().times(-0.3))
}

// side is the pavement along the front of the main building.
func (at place) side() (a, b spot) {
	best := math.Inf(1)
	middle := at.wall.a.along(at.wall.b, 0.5)
	for i, p := range at.corners {
		q := at.corners.next(i)
		if m := middle.toSegment(p, q); m < best && p.to(q) > 25 {
			best, a, b = m, p, q
		}
	}
	return a, b
}
