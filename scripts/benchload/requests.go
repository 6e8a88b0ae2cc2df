package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"

	"github.com/paulmach/orb"
)

// kind is what is asked for.
type kind string

const (
	kindBox   kind = "items?bbox, 200 features"
	kindItem  kind = "item"
	kindPage  kind = "page of 100 by cursor"
	kindList  kind = "list of 100 in a box"
	kindCount kind = "count in a box"
	kindTotal kind = "count of all that the caller sees"
	kindTile  kind = "tile"
	kindWalk  kind = "page of 100 features"
)

// share is how many of a hundred requests are of a kind.
type share struct {
	kind  kind
	parts int
}

// mix is what a map, a table and a report ask for together; of any OGC server boxes and items alone.
func mix(ogcOnly, tiles bool) []share {
	if ogcOnly {
		return []share{{kindBox, 60}, {kindItem, 40}}
	}
	shares := []share{{kindBox, 30}, {kindItem, 25}, {kindPage, 15}, {kindList, 10}, {kindCount, 9}, {kindTotal, 1}}
	if tiles {
		shares = append(shares, share{kindTile, 10})
	}
	return shares
}

// choose gives a kind, each as often as its share.
func choose(r *rand.Rand, shares []share) kind {
	sum := 0
	for _, s := range shares {
		sum += s.parts
	}
	at := r.IntN(sum)
	for _, s := range shares {
		if at -= s.parts; at < 0 {
			return s.kind
		}
	}
	return shares[0].kind
}

// address is the path and query of a request of a kind; next is that of the page which follows the last one, if any does.
func (l *load) address(k kind, r *rand.Rand, at places, next string) string {
	box := at.boxes[r.IntN(len(at.boxes))]
	one := at.spots[r.IntN(len(at.spots))]
	bbox := url.QueryEscape(fmt.Sprintf("%.7f,%.7f,%.7f,%.7f", box.Min[0], box.Min[1], box.Max[0], box.Max[1]))
	switch k {
	case kindBox:
		return l.ogc + "/collections/" + l.collection + "/items?limit=1000&bbox=" + bbox
	case kindItem:
		return l.ogc + "/collections/" + l.collection + "/items/" + url.PathEscape(string(one.id))
	case kindWalk:
		return l.ogc + "/collections/" + l.collection + "/items?limit=100"
	case kindPage:
		if next != "" {
			return next
		}
		return "/api/v1/cameras?limit=100"
	case kindList:
		return "/api/v1/cameras?limit=100&bbox=" + bbox
	case kindCount:
		return "/api/v1/counts/cameras?by=category,status&bbox=" + bbox
	case kindTotal:
		return "/api/v1/counts/cameras?by=department,holderKind"
	case kindTile:
		return tileAt(one.at, 10+r.IntN(6))
	}
	return ""
}

// tileAt is the tile of the cameras at a place (lon, lat), of the usual grid (OGC 17-083r4, annex D.1, WebMercatorQuad).
func tileAt(at orb.Point, zoom int) string {
	tiles := float64(int(1) << zoom)
	sine := math.Sin(at.Lat() * math.Pi / 180)
	x := (at.Lon() + 180) / 360 * tiles
	y := (0.5 - math.Log((1+sine)/(1-sine))/(4*math.Pi)) * tiles
	return fmt.Sprintf("/tiles/cameras/%d/%d/%d.mvt", zoom, int(x), int(y))
}
