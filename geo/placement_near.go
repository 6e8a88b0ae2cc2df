package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// neighbours finds points within a distance.
type neighbours struct {
	withinM float64
	points  []orb.Point
	cells   map[[2]int][]int
}

func newNeighbours(withinM float64) *neighbours {
	return &neighbours{withinM: withinM, cells: map[[2]int][]int{}}
}

func (n *neighbours) cell(p orb.Point) [2]int {
	return [2]int{int(math.Floor(p[0] / n.withinM)), int(math.Floor(p[1] / n.withinM))}
}

func (n *neighbours) add(p orb.Point) {
	if n.withinM > 0 {
		c := n.cell(p)
		n.cells[c] = append(n.cells[c], len(n.points))
	}
	n.points = append(n.points, p)
}

// near goes through the points nearer than the distance until it is told to stop, and tells whether it was.
func (n *neighbours) near(p orb.Point, stop func(k int) bool) bool {
	if n.withinM == 0 {
		return false
	}
	c := n.cell(p)
	for dx := -1; dx <= 1; dx++ {
		for dy := -1; dy <= 1; dy++ {
			for _, k := range n.cells[[2]int{c[0] + dx, c[1] + dy}] {
				if math.Hypot(p[0]-n.points[k][0], p[1]-n.points[k][1]) < n.withinM && stop(k) {
					return true
				}
			}
		}
	}
	return false
}
