package demotown

// lampEveryM is the usual distance between two street lamps.
const lampEveryM = 32.0

// lamps stand on both pavements in turn along every street, and follow no street into the river.
func (p *plan) lamps() []spot {
	var lamps []spot
	for _, s := range p.streets {
		length, side := lengthM(s.line), 1.0
		for at := lampEveryM * p.between(0.3, 0.6); at < length; at += lampEveryM * p.between(0.92, 1.08) {
			place, direction := pointAt(s.line, at)
			lamp := place.plus(direction.left().times(side * (s.halfM + 0.6)))
			side = -side
			if p.border.contains(lamp) && lineDistance(p.river, lamp) > riverHalfM && lineDistance(p.rail, lamp) > railHalfM {
				lamps = append(lamps, lamp)
			}
		}
	}
	return lamps
}

func lineDistance(line []spot, at spot) float64 {
	nearest := at.toSegment(line[0], line[1])
	for i := 1; i < len(line)-1; i++ {
		nearest = min(nearest, at.toSegment(line[i], line[i+1]))
	}
	return nearest
}
