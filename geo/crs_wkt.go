package geo

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/paulmach/orb"
)

// FindCRSInWKT gives the system that well-known text describes: WKT 1 (OGC 01-009, section 7) as it stands in .prj files,
// where Esri leaves the codes out. The code of the registry decides, when the text has a known one; otherwise the datum,
// the projection and its parameters must be those of a known system. name is the one that the text gives.
func FindCRSInWKT(text string) (c CRS, name string, ok bool) {
	root, ok := parseWKT(text)
	if !ok {
		return CRS{}, "", false
	}
	if root.word == "COMPD_CS" { // with heights, which are left out
		if root, ok = root.first("PROJCS", "GEOGCS"); !ok {
			return CRS{}, "", false
		}
	}
	name = root.text(0)
	if id, found := root.first("AUTHORITY", "ID"); found && strings.EqualFold(id.text(0), "EPSG") {
		if c, ok = FindCRS(id.text(1)); ok {
			return c, name, true
		}
	}
	c, ok = root.system()
	return c, name, ok
}

// wktNode is a keyword of well-known text with what stands between its brackets, in order: texts or nodes.
type wktNode struct {
	word     string
	texts    []string
	children []wktNode
}

// text is the n-th text or number, empty when there is none.
func (n wktNode) text(at int) string {
	if at < len(n.texts) {
		return n.texts[at]
	}
	return ""
}

// number is what follows the name; NaN when that is no number.
func (n wktNode) number() float64 {
	value, err := strconv.ParseFloat(n.text(1), 64)
	if err != nil {
		return math.NaN()
	}
	return value
}

// first is the first of the children that has one of the keywords.
func (n wktNode) first(words ...string) (wktNode, bool) {
	at := slices.IndexFunc(n.children, func(child wktNode) bool { return slices.Contains(words, child.word) })
	if at < 0 {
		return wktNode{}, false
	}
	return n.children[at], true
}

// system recognises a system by what it is.
func (n wktNode) system() (CRS, bool) {
	base, unit := n, wktNode{}
	if n.word == "PROJCS" {
		base, _ = n.first("GEOGCS")
		unit, _ = n.first("UNIT")
	}
	datum, _ := base.first("DATUM")
	meridian, given := base.first("PRIMEM")
	angle, _ := base.first("UNIT")
	world := slices.Contains([]string{"wgs1984", "wgs84", "worldgeodeticsystem1984", "worldgeodeticsystem1984ensemble"},
		plainWKT(datum.text(0)))
	switch {
	case base.word != "GEOGCS", !world && !frenchDatum(plainWKT(datum.text(0))), given && meridian.number() != 0,
		math.Abs(angle.number()-radPerDeg) > 1e-9:
		return CRS{}, false
	case n.word == "GEOGCS":
		return FindCRS("4326")
	case unit.number() != 1: // metres
		return CRS{}, false
	}
	return sameProjection(n, world)
}

// frenchDatum tells the names, without punctuation, of the datums of the known systems, whose transformation to WGS 84
// is null in the EPSG registry, like that of ETRS89.
func frenchDatum(name string) bool {
	for _, known := range []string{
		"rgf1993", "rgf93", "reseaugeodesiquefrancais1993", "etrs1989", "europeanterrestrialreferencesystem1989",
		"rgaf2009", "rgaf09", "reseaugeodesiquedesantillesfrancaises2009", "rgfg1995", "rgfg95",
		"reseaugeodesiquefrancaisguyane1995", "rgr1992", "rgr92", "reseaugeodesiquedelareunion1992", "rgm2004", "rgm04",
		"reseaugeodesiquedemayotte2004", "rgspm2006", "rgspm06", "reseaugeodesiquedesaintpierreetmiquelon2006",
	} {
		version, found := strings.CutPrefix(name, known)
		if found && slices.Contains([]string{"", "v1", "v2", "v2b", "ensemble"}, version) {
			return true
		}
	}
	return false
}

// plainWKT is a name without its case, its punctuation and the "D_" of Esri.
func plainWKT(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, strings.TrimPrefix(name, "D_"))
}

// sameProjection is the known system that carries places to the same coordinates, to a millimetre: the ellipsoids of
// WGS 84 and of the French systems differ by less. Among zones that do, the datum chooses.
func sameProjection(n wktNode, world bool) (CRS, bool) {
	wanted, centre := n.projection()
	if wanted == nil {
		return CRS{}, false
	}
	var same []CRS
	for _, c := range CRSs() {
		if c.project != nil && alike(c.project, wanted, centre) {
			same = append(same, c)
		}
	}
	if len(same) == 0 {
		return CRS{}, false
	}
	isWorld := func(c CRS) bool { return strings.HasPrefix(c.Name, "WGS 84") }
	if at := slices.IndexFunc(same, func(c CRS) bool { return isWorld(c) == world }); at >= 0 {
		return same[at], true
	}
	return same[0], true
}

func alike(a, b projection, centre orb.Point) bool {
	for _, step := range []orb.Point{{0, 0}, {2, 1}, {-1, -2}} {
		ax, ay := a.forward(centre[0]+step[0], centre[1]+step[1])
		bx, by := b.forward(centre[0]+step[0], centre[1]+step[1])
		if !(math.Abs(ax-bx) <= 1e-3 && math.Abs(ay-by) <= 1e-3) {
			return false
		}
	}
	return true
}

// projection makes the projection that the text describes, and says where it is at home; nil when it is of another kind
// than the known ones.
func (n wktNode) projection() (p projection, centre orb.Point) {
	method, _ := n.first("PROJECTION")
	parameter := func(absent float64, names ...string) float64 {
		for _, child := range n.children {
			if child.word == "PARAMETER" && slices.Contains(names, plainWKT(child.text(0))) {
				return child.number()
			}
		}
		return absent
	}
	eastM, northM := parameter(0, "falseeasting"), parameter(0, "falsenorthing")
	lon, lat := parameter(0, "centralmeridian"), parameter(0, "latitudeoforigin")
	switch plainWKT(method.text(0)) {
	case "lambertconformalconic", "lambertconformalconic2sp":
		return newLambertConic(grs80(), lambertParameters{
			lat, lon, parameter(lat, "standardparallel1"), parameter(lat, "standardparallel2"), eastM, northM,
		}), orb.Point{lon, lat}
	case "transversemercator":
		zone := (lon + 183) / 6
		if zone != math.Trunc(zone) || !(zone >= 1 && zone <= 60) || lat != 0 || eastM != 500_000 ||
			(northM != 0 && northM != 10_000_000) || parameter(1, "scalefactor") != 0.9996 {
			return nil, centre
		}
		return newUTM(grs80(), int(zone), northM != 0), orb.Point{lon, 45}
	case "mercatorauxiliarysphere", "popularvisualisationpseudomercator":
		if eastM != 0 || northM != 0 || lon != 0 || parameter(0, "standardparallel1") != 0 {
			return nil, centre
		}
		return webMercator{}, orb.Point{3, 45}
	}
	return nil, centre
}

const (
	mostWKTBytes = 64 << 10
	mostWKTDepth = 16
)

// parseWKT reads KEYWORD["text", number, KEYWORD[…], …]; round brackets are as good.
func parseWKT(text string) (wktNode, bool) {
	text = strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if len(text) > mostWKTBytes {
		return wktNode{}, false
	}
	p := &wktParser{text: text}
	node, ok := p.node(0)
	return node, ok && p.rest() == ""
}

type wktParser struct {
	text string
	at   int
}

func (p *wktParser) rest() string {
	for p.at < len(p.text) && p.text[p.at] <= ' ' {
		p.at++
	}
	return p.text[p.at:]
}

// accept passes over one of some characters, if it is the next.
func (p *wktParser) accept(among string) bool {
	if rest := p.rest(); rest == "" || strings.IndexByte(among, rest[0]) < 0 {
		return false
	}
	p.at++
	return true
}

// word passes over a keyword or a number.
func (p *wktParser) word() string {
	rest := p.rest()
	end := strings.IndexAny(rest, "[](), \t\r\n\"")
	if end < 0 {
		end = len(rest)
	}
	p.at += end
	return rest[:end]
}

func (p *wktParser) node(depth int) (wktNode, bool) {
	n := wktNode{word: strings.ToUpper(p.word())}
	return n, n.word != "" && depth < mostWKTDepth && p.accept("[(") && p.inside(&n, depth)
}

// inside reads what stands between the brackets of a node.
func (p *wktParser) inside(n *wktNode, depth int) bool {
	for {
		switch rest := p.rest(); {
		case strings.HasPrefix(rest, `"`):
			end := strings.IndexByte(rest[1:], '"')
			if end < 0 {
				return false
			}
			n.texts = append(n.texts, rest[1:1+end])
			p.at += end + 2
		default:
			start := p.at
			word := p.word()
			if next := p.rest(); word == "" || next == "" {
				return false
			} else if next[0] != '[' && next[0] != '(' {
				n.texts = append(n.texts, word)
				break
			}
			p.at = start
			child, ok := p.node(depth + 1)
			if !ok {
				return false
			}
			n.children = append(n.children, child)
		}
		if p.accept("])") {
			return true
		}
		if !p.accept(",") {
			return false
		}
	}
}
