package geo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// CRS is a named coordinate reference system, for imports and exports only.
//
// Coordinates are always easting, northing (or lon, lat), whatever order the registry gives to the axes of a system.
// The French systems are realisations of the same terrestrial reference as WGS 84; the EPSG registry gives a null
// transformation between them, good to about a metre, and so does Vigie. The zero value is lon, lat.
type CRS struct {
	// Code is "EPSG:n".
	Code string
	// Name is the system's usual name, Territory where it is used (in French; empty when not in France).
	Name, Territory string

	number  int
	project projection // nil for lon, lat
	land    []orb.Bound
}

// FindCRS gives the system that a code, a URN or an address names: "EPSG:2154", "2154", "urn:ogc:def:crs:EPSG::2154",
// "http://www.opengis.net/def/crs/EPSG/0/2154", "CRS84". CRS84 is EPSG:4326 here: lon, lat.
func FindCRS(name string) (CRS, bool) {
	number, ok := epsgNumber(name)
	if !ok {
		return CRS{}, false
	}
	for _, c := range CRSs() {
		if c.number == number {
			return c, true
		}
	}
	return CRS{}, false
}

// epsgNumber reads the number of a system in the EPSG registry.
func epsgNumber(name string) (int, bool) {
	name = strings.ToUpper(strings.TrimSpace(name))
	separator := ":"
	for _, scheme := range []string{"HTTP://", "HTTPS://"} {
		if rest, ok := strings.CutPrefix(name, scheme); ok {
			name, separator = rest, "/"
		}
	}
	parts := strings.Split(name, separator)
	authority, code := "EPSG", parts[len(parts)-1]
	switch {
	case len(parts) == 1:
		if code == "CRS84" {
			authority = "OGC"
		}
	case len(parts) == 2 && separator == ":":
		authority = parts[0]
	case strings.HasPrefix(name, "URN:OGC:DEF:CRS:") && len(parts) == 7,
		strings.HasPrefix(name, "URN:X-OGC:DEF:CRS:") && len(parts) == 7,
		strings.HasPrefix(name, "WWW.OPENGIS.NET/DEF/CRS/") && len(parts) == 6:
		authority = parts[len(parts)-3]
	default:
		return 0, false
	}
	if authority == "OGC" && code == "CRS84" {
		return 4326, true
	}
	number, err := strconv.Atoi(code)
	return number, err == nil && authority == "EPSG"
}

// CRSs lists the known systems by code.
func CRSs() []CRS {
	list := []CRS{
		{Name: "WGS 84", number: 4326},
		{Name: "WGS 84 / Pseudo-Mercator", number: 3857, project: webMercator{}, land: []orb.Bound{
			metropole(), antilles(), guyane(), reunion(), mayotte(), miquelon()}},
		{Name: "RGF93 v1 / Lambert-93", Territory: "France métropolitaine", number: 2154, land: []orb.Bound{metropole()},
			project: newLambertConic(grs80(), lambertParameters{46.5, 3, 49, 44, 700_000, 6_600_000})},
		{Name: "RGAF09 / UTM zone 20N", Territory: "Guadeloupe, Martinique, Saint-Barthélemy, Saint-Martin", number: 5490,
			project: newUTM(grs80(), 20, false), land: []orb.Bound{antilles()}},
		{Name: "RGFG95 / UTM zone 22N", Territory: "Guyane", number: 2972,
			project: newUTM(grs80(), 22, false), land: []orb.Bound{guyane()}},
		{Name: "RGR92 / UTM zone 40S", Territory: "La Réunion", number: 2975,
			project: newUTM(grs80(), 40, true), land: []orb.Bound{reunion()}},
		{Name: "RGM04 / UTM zone 38S", Territory: "Mayotte", number: 4471,
			project: newUTM(grs80(), 38, true), land: []orb.Bound{mayotte()}},
		{Name: "RGSPM06 / UTM zone 21N", Territory: "Saint-Pierre-et-Miquelon", number: 4467,
			project: newUTM(grs80(), 21, false), land: []orb.Bound{miquelon()}},
	}
	list = append(append(list, conicZones()...), utmZones()...)
	for i := range list {
		list[i].Code = fmt.Sprintf("EPSG:%d", list[i].number)
	}
	slices.SortFunc(list, func(a, b CRS) int { return cmp.Compare(a.number, b.number) })
	return list
}

// conicZones are the nine zones of the "coniques conformes", each used one degree on both sides of its parallel
// (EPSG:3942 to 3950).
func conicZones() []CRS {
	zones := make([]CRS, 0, 9)
	for lat := 42; lat <= 50; lat++ {
		at := float64(lat)
		land := metropole()
		land.Min[1], land.Max[1] = max(land.Min[1], at-1), min(land.Max[1], at+1)
		zones = append(zones, CRS{
			Name: fmt.Sprintf("RGF93 v1 / CC%d", lat), Territory: "France métropolitaine", number: 3900 + lat,
			project: newLambertConic(grs80(), lambertParameters{
				at, 3, at - 0.75, at + 0.75, 1_700_000, float64(lat-42)*1_000_000 + 1_200_000}),
			land: []orb.Bound{land},
		})
	}
	return zones
}

// utmZones are the zones 20N to 42N on WGS 84 (EPSG:32620 to 32642).
func utmZones() []CRS {
	territories := map[int]CRS{
		20: {Territory: "Guadeloupe, Martinique, Saint-Barthélemy, Saint-Martin", land: []orb.Bound{antilles()}},
		21: {Territory: "Saint-Pierre-et-Miquelon", land: []orb.Bound{miquelon()}},
		22: {Territory: "Guyane", land: []orb.Bound{guyane()}},
	}
	for zone := 30; zone <= 32; zone++ { // each read half a degree beyond its two meridians
		land := metropole()
		west := float64(6*zone - 186)
		land.Min[0], land.Max[0] = max(land.Min[0], west-0.5), min(land.Max[0], west+6.5)
		territories[zone] = CRS{Territory: "France métropolitaine", land: []orb.Bound{land}}
	}
	zones := make([]CRS, 0, 23)
	for zone := 20; zone <= 42; zone++ {
		c := territories[zone]
		c.Name, c.number = fmt.Sprintf("WGS 84 / UTM zone %dN", zone), 32600+zone
		c.project = newUTM(wgs84Ellipsoid(), zone, false)
		zones = append(zones, c)
	}
	return zones
}

// The boxes of the land of each territory, lon, lat, rounded outwards to a tenth of a degree (geographical extremes of
// the communes in IGN's ADMIN EXPRESS).
func metropole() orb.Bound { return lonLatBox(-5.2, 41.3, 9.6, 51.2) }
func antilles() orb.Bound  { return lonLatBox(-63.2, 14.3, -60.8, 18.2) }
func guyane() orb.Bound    { return lonLatBox(-54.7, 2.1, -51.6, 5.9) }
func reunion() orb.Bound   { return lonLatBox(55.2, -21.4, 55.9, -20.8) }
func mayotte() orb.Bound   { return lonLatBox(44.9, -13.1, 45.4, -12.6) }
func miquelon() orb.Bound  { return lonLatBox(-56.5, 46.7, -56.0, 47.2) }

func lonLatBox(west, south, east, north float64) orb.Bound {
	return orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{east, north}}
}

// CRSCandidates gives the systems in which easting, northing p would fall on French land, by code: the question to
// put to whoever sent coordinates that cannot be degrees and named no system.
func CRSCandidates(p orb.Point) []CRS {
	var found []CRS
	for _, c := range CRSs() {
		if c.project != nil && c.InFrance(c.ToLonLat(p)) {
			found = append(found, c)
		}
	}
	return found
}

// InFrance tells whether a place, lon, lat, lies in the box of a French territory where the system is used.
func (c CRS) InFrance(place orb.Point) bool {
	return ValidatePoint(place) == nil &&
		slices.ContainsFunc(c.land, func(b orb.Bound) bool { return b.Contains(place) })
}

// Geographic tells whether the coordinates of the system are lon, lat in degrees.
func (c CRS) Geographic() bool { return c.project == nil }

// ToLonLat carries easting, northing (metres; lon, lat for geographic systems) to lon, lat in WGS 84 degrees. Far
// outside the area of a system the result means nothing: check it with [ValidatePoint].
func (c CRS) ToLonLat(p orb.Point) orb.Point {
	if c.project == nil {
		return p
	}
	lon, lat := c.project.inverse(p[0], p[1])
	return orb.Point{lon, lat}
}

// FromLonLat carries lon, lat in WGS 84 degrees to easting, northing.
func (c CRS) FromLonLat(p orb.Point) orb.Point {
	if c.project == nil {
		return p
	}
	east, north := c.project.forward(p.Lon(), p.Lat())
	return orb.Point{east, north}
}
