package inventorytest

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// department is a département: the place of its prefecture, degrees, to a tenth, and its inhabitants in thousands.
// Source: INSEE, populations légales 2021, rounded.
type department struct {
	code             string
	lon, lat, people float64
}

func departments() []department {
	return []department{
		{"01", 5.2, 46.2, 660}, {"02", 3.6, 49.6, 527}, {"03", 3.3, 46.6, 335}, {"04", 6.2, 44.1, 166}, {"05", 6.1, 44.6, 141},
		{"06", 7.3, 43.7, 1103}, {"07", 4.6, 44.7, 331}, {"08", 4.7, 49.8, 268}, {"09", 1.6, 43.0, 154}, {"10", 4.1, 48.3, 311},
		{"11", 2.4, 43.2, 376}, {"12", 2.6, 44.4, 279}, {"13", 5.4, 43.3, 2056}, {"14", -0.4, 49.2, 700}, {"15", 2.4, 44.9, 144},
		{"16", 0.2, 45.6, 351}, {"17", -1.2, 46.2, 662}, {"18", 2.4, 47.1, 301}, {"19", 1.8, 45.3, 240}, {"21", 5.0, 47.3, 535},
		{"22", -2.8, 48.5, 606}, {"23", 1.9, 46.2, 116}, {"24", 0.7, 45.2, 413}, {"25", 6.0, 47.2, 547}, {"26", 4.9, 44.9, 518},
		{"27", 1.2, 49.0, 599}, {"28", 1.5, 48.4, 431}, {"29", -4.1, 48.0, 917}, {"2A", 8.7, 41.9, 162}, {"2B", 9.4, 42.7, 184},
		{"30", 4.4, 43.8, 756}, {"31", 1.4, 43.6, 1434}, {"32", 0.6, 43.6, 192}, {"33", -0.6, 44.8, 1655}, {"34", 3.9, 43.6, 1201},
		{"35", -1.7, 48.1, 1098}, {"36", 1.7, 46.8, 218}, {"37", 0.7, 47.4, 613}, {"38", 5.7, 45.2, 1284}, {"39", 5.6, 46.7, 259},
		{"40", -0.5, 43.9, 422}, {"41", 1.3, 47.6, 328}, {"42", 4.4, 45.4, 768}, {"43", 3.9, 45.0, 227}, {"44", -1.6, 47.2, 1457},
		{"45", 1.9, 47.9, 684}, {"46", 1.4, 44.4, 175}, {"47", 0.6, 44.2, 331}, {"48", 3.5, 44.5, 77}, {"49", -0.6, 47.5, 821},
		{"50", -1.1, 49.1, 494}, {"51", 4.4, 49.0, 566}, {"52", 5.1, 48.1, 169}, {"53", -0.8, 48.1, 307}, {"54", 6.2, 48.7, 731},
		{"55", 5.2, 48.8, 181}, {"56", -2.8, 47.7, 769}, {"57", 6.2, 49.1, 1049}, {"58", 3.2, 47.0, 202}, {"59", 3.1, 50.6, 2611},
		{"60", 2.1, 49.4, 829}, {"61", 0.1, 48.4, 276}, {"62", 2.8, 50.3, 1461}, {"63", 3.1, 45.8, 662}, {"64", -0.4, 43.3, 693},
		{"65", 0.1, 43.2, 230}, {"66", 2.9, 42.7, 487}, {"67", 7.7, 48.6, 1153}, {"68", 7.4, 48.1, 767}, {"69", 4.8, 45.8, 1896},
		{"70", 6.2, 47.6, 233}, {"71", 4.8, 46.3, 549}, {"72", 0.2, 48.0, 567}, {"73", 5.9, 45.6, 442}, {"74", 6.1, 45.9, 841},
		{"75", 2.35, 48.86, 2133}, {"76", 1.1, 49.4, 1256}, {"77", 2.7, 48.5, 1438}, {"78", 2.1, 48.8, 1456}, {"79", -0.5, 46.3, 375},
		{"80", 2.3, 49.9, 568}, {"81", 2.1, 43.9, 394}, {"82", 1.4, 44.0, 264}, {"83", 5.9, 43.1, 1096}, {"84", 4.8, 43.9, 563},
		{"85", -1.4, 46.7, 696}, {"86", 0.3, 46.6, 440}, {"87", 1.3, 45.8, 372}, {"88", 6.4, 48.2, 360}, {"89", 3.6, 47.8, 334},
		{"90", 6.9, 47.6, 140}, {"91", 2.4, 48.6, 1317}, {"92", 2.2, 48.9, 1635}, {"93", 2.4, 48.9, 1680}, {"94", 2.5, 48.8, 1416},
		{"95", 2.1, 49.0, 1270},
	}
}

// town is a commune of [France], or a part of one in the least ones.
type town struct {
	code    string
	at      orb.Point
	sizeDeg float64 // half of its cameras are closer to its centre
	cameras int
}

// France gives about n cameras of metropolitan France, the same every time, one town after another as their files come:
// as dense as people are, in a town that is the larger the fewer there are of its size (Zipf's law), and denser towards
// its centre. Seven in ten are of the commune, a quarter of traders and companies of the town, the others of the State.
// One in a hundred is mobile and has no place. None is real.
func France(n int) iter.Seq[inventory.Camera] {
	return func(yield func(inventory.Camera) bool) {
		r, people := dice(33), 0.0
		for _, d := range departments() {
			people += d.people
		}
		i := 0
		for _, d := range departments() {
			for _, t := range towns(r, d, int(math.Ceil(float64(n)*d.people/people))) {
				for j := range t.cameras {
					if i == n || !yield(franceCamera(r, t, i, j)) {
						return
					}
					i++
				}
			}
		}
	}
}

// towns shares the cameras of a département out among its towns, a hundred for each on average.
func towns(r *rand.Rand, d department, cameras int) []town {
	count := min(999, 1+cameras/100)
	weight := 0.0
	for rank := range count {
		weight += 1 / float64(rank+1)
	}
	var list []town
	for rank := range count {
		t := town{code: fmt.Sprintf("%s%03d", d.code, rank+1), at: orb.Point{d.lon, d.lat}}
		if rank > 0 {
			t.at = orb.Point{d.lon + r.NormFloat64()*0.25, d.lat + r.NormFloat64()*0.2}
		}
		t.cameras = int(math.Ceil(float64(cameras) / float64(rank+1) / weight))
		t.sizeDeg = 0.002 + 0.0002*math.Sqrt(float64(t.cameras))
		list = append(list, t)
	}
	return list
}

// franceCamera has what the published camera files of towns have, some 700 bytes of JSON.
func franceCamera(r *rand.Rand, t town, i, rank int) inventory.Camera {
	c := inventory.Camera{
		ID: inventory.DeriveID("camera", fmt.Sprint(i)), Holder: franceHolder(t, rank), Category: inventory.Fixed,
		ExternalID: fmt.Sprintf("VP-%06d", i), Name: fmt.Sprintf("Caméra %d", rank+1), Address: fmt.Sprintf("%d rue de la République", 1+rank%90),
		Location: &inventory.Point{t.at.Lon() + r.NormFloat64()*t.sizeDeg*1.4, t.at.Lat() + r.NormFloat64()*t.sizeDeg},
		Commune:  t.code, Department: t.code[:2], FilmsPublicWay: known(rank%20 < 14), Status: inventory.InService,
		Mounting: inventory.Mounting{Support: "pole", HeightM: known(3 + float64(r.IntN(40))/10), Outdoor: known(true)},
		Heads: []inventory.Head{{
			ID: "1", Kind: inventory.HeadFixed, BearingDeg: known(float64(r.IntN(360))), HFOVDeg: known(90.5), RecordedWidthPx: known(1920),
		}},
		InServiceSince: "2021-03-15", Provenance: fullProvenance(),
	}
	c.Deployment = "deployment:" + c.Holder
	c.Provenance.Source, c.Provenance.Import, c.Provenance.Row = t.code+".geojson", inventory.ID("import:"+t.code), rank+1
	c.Provenance.Assumptions = nil
	if r.IntN(10) == 0 {
		c.Status = oneOf(r, inventory.OutOfService, inventory.Planned)
	}
	if rank%100 == 99 {
		c.Category, c.Location, c.Unit = inventory.BodyWorn, nil, "Police municipale"
	}
	return c
}

func franceHolder(t town, rank int) inventory.ID {
	switch part := rank % 20; {
	case part < 14:
		return inventory.ID("commune:" + t.code)
	case part < 19:
		return inventory.ID(fmt.Sprintf("company:%s:%d", t.code, rank/40))
	}
	return inventory.ID("state:" + t.code[:2])
}

// FranceHolders are the holders of the cameras of [France].
func FranceHolders(n int) []inventory.Holder {
	kinds := map[string]inventory.HolderKind{
		"commune:": inventory.LocalAuthority, "company:": inventory.Private, "state:": inventory.Ministry,
	}
	var holders []inventory.Holder
	seen := map[inventory.ID]bool{}
	for c := range France(n) {
		if seen[c.Holder] {
			continue
		}
		seen[c.Holder] = true
		holder := inventory.Holder{ID: c.Holder, Name: "Détenteur " + string(c.Holder), Commune: c.Commune}
		for prefix, kind := range kinds {
			if len(c.Holder) > len(prefix) && string(c.Holder[:len(prefix)]) == prefix {
				holder.Kind = kind
			}
		}
		holders = append(holders, holder)
	}
	return holders
}

// WriteFrance writes the cameras of [France] as Vigie exports them, a GeoJSON feature collection.
func WriteFrance(to io.Writer, n int) error {
	out := bufio.NewWriterSize(to, 1<<20)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	fmt.Fprint(out, `{"type":"FeatureCollection","features":[`)
	first := true
	for c := range France(n) {
		if !first {
			fmt.Fprint(out, ",")
		}
		first = false
		feature := struct {
			Type       string           `json:"type"`
			Geometry   *inventory.Point `json:"geometry"`
			Properties any              `json:"properties"`
		}{"Feature", c.Location, struct {
			Mark string `json:"vigie"`
			inventory.Camera
			Location *inventory.Point `json:"location,omitempty"` // hides the camera's
		}{"camera/1", c, nil}}
		if err := lines.Encode(feature); err != nil {
			return err
		}
	}
	fmt.Fprint(out, "]}\n")
	return out.Flush()
}

// WriteFranceCSV writes the cameras of [France] that have a place, with the columns of a town's spreadsheet.
func WriteFranceCSV(to io.Writer, n int) error {
	lines := csv.NewWriter(to)
	err := lines.Write([]string{"ref", "nom", "adresse", "insee", "detenteur", "statut", "hauteur", "azimut", "lon", "lat"})
	for c := range France(n) {
		if c.Location == nil || err != nil {
			continue
		}
		err = lines.Write([]string{
			c.ExternalID, c.Name, c.Address, c.Commune, string(c.Holder), string(c.Status), fmt.Sprint(*c.Mounting.HeightM),
			fmt.Sprint(*c.Heads[0].BearingDeg), fmt.Sprint(c.Location[0]), fmt.Sprint(c.Location[1]),
		})
	}
	lines.Flush()
	return cmp.Or(err, lines.Error())
}

// FranceBox is a box of about a kilometre in the centre of a town of [France] that holds cameras, as many of those
// given as come nearest to wanted.
func FranceBox(cameras iter.Seq[inventory.Camera], wanted int) orb.Bound {
	centre := orb.Point{3.9, 43.6}
	var far []float64
	for c := range cameras {
		if c.Location != nil {
			far = append(far, max(math.Abs(c.Location[0]-centre[0]), math.Abs(c.Location[1]-centre[1])))
		}
	}
	slices.Sort(far)
	return centre.Bound().Pad(far[min(wanted, len(far))-1])
}
