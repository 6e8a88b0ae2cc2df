package geo_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/wroge/wgs84"

	"vigie/geo"
)

func findCRS(t testing.TB, name string) geo.CRS {
	t.Helper()
	c, ok := geo.FindCRS(name)
	if !ok {
		t.Fatalf("FindCRS(%q): unknown", name)
	}
	return c
}

// gap is the larger of the two differences between points.
func gap(a, b orb.Point) float64 {
	return math.Max(math.Abs(a[0]-b[0]), math.Abs(a[1]-b[1]))
}

// TestCRSAgainstPublishedValues compares with coordinates published by IGN, both ways.
//
// "validator": reference table of IGN's own validator of urban planning documents (github.com/IGNF/validator,
// validator-core/src/test/resources/projection/reference_postgis.csv), made with PostGIS and PROJ.
//
// "Circé": values computed with IGN's Circé, as the test suite of the Coordinate Transformation Suite publishes them
// (github.com/orbisgis/cts, Circe*ComplianceTest); places there have 8 decimals, hence the millimetre.
func TestCRSAgainstPublishedValues(t *testing.T) {
	const validator, circe = 1e-4, 2e-3 // metres
	for _, check := range []struct {
		crs       string
		place, at orb.Point
		gapM      float64
	}{
		{"EPSG:2154", orb.Point{2.550951339, 50.361223723}, orb.Point{668004.00141, 7029371.55797}, validator},
		{"EPSG:2154", orb.Point{-4.034704479, 43.563996007}, orb.Point{132208.37365, 6299190.0619}, validator},
		{"EPSG:2154", orb.Point{8.737926792, 41.122641841}, orb.Point{1183052.47158, 6019791.18214}, validator},
		{"EPSG:2154", orb.Point{7.079723272, 44.075353037}, orb.Point{1026641.12551, 6339145.70404}, validator},
		{"EPSG:32620", orb.Point{-60.810025378, 14.900551062}, orb.Point{735597.20865, 1648484.74781}, validator},
		{"EPSG:32620", orb.Point{-62.802637012, 18.103859601}, orb.Point{520881.13127, 2001687.40212}, validator},
		{"EPSG:2972", orb.Point{-54.380291922, 5.312265849}, orb.Point{125247.7904, 588206.23899}, validator},
		{"EPSG:2972", orb.Point{-56.132411502, 3.723365131}, orb.Point{-70673.82206, 413212.74581}, validator},
		{"EPSG:2972", orb.Point{-51.605783997, 3.917873092}, orb.Point{432746.64051, 433073.75772}, validator},
		{"EPSG:2975", orb.Point{55.402413513, -20.853588467}, orb.Point{333787.16856, 7693230.93585}, validator},
		{"EPSG:2975", orb.Point{55.87552716, -21.512350583}, orb.Point{383532.82846, 7620728.26975}, validator},
		{"EPSG:4471", orb.Point{45.149881314, -12.601230374}, orb.Point{516278.90888, 8606957.39455}, validator},
		{"EPSG:4471", orb.Point{44.939386392, -12.785884986}, orb.Point{493421.38743, 8586541.48701}, validator},
		{"EPSG:4471", orb.Point{45.12011640, -12.79352658}, orb.Point{513036.279, 8585694.190}, circe},
		{"EPSG:5490", orb.Point{-60.99633191, 14.50166751}, orb.Point{715938.802, 1604155.162}, circe},
		{"EPSG:5490", orb.Point{-61.50391185, 15.99747584}, orb.Point{660086.365, 1769232.273}, circe},
		{"EPSG:5490", orb.Point{-62.79778742, 17.99626623}, orb.Point{521407.240, 1989784.123}, circe},
		{"EPSG:2972", orb.Point{-52.30005723, 4.90107745}, orb.Point{355849.323, 541869.306}, circe},
		{"EPSG:32631", orb.Point{2.33655573, 44.99997468}, orb.Point{447710.418, 4983161.661}, circe},
	} {
		c := findCRS(t, check.crs)
		if got := c.FromLonLat(check.place); gap(got, check.at) > check.gapM {
			t.Errorf("%s FromLonLat(%v) = %.5f, want %.5f", check.crs, check.place, got, check.at)
		}
		if got := c.ToLonLat(check.at); gap(got, check.place) > check.gapM/5e4 {
			t.Errorf("%s ToLonLat(%v) = %.9f, want %.9f", check.crs, check.at, got, check.place)
		}
	}
}

// TestCRSBetweenConicZones compares one place in three projections, as Circé gives them (same suite as above: the
// point 900000, 1800000 of the former Lambert II étendu).
func TestCRSBetweenConicZones(t *testing.T) {
	place := findCRS(t, "2154").ToLonLat(orb.Point{945698.924, 6231380.043})
	for code, want := range map[string]orb.Point{
		"3942": {1945550.945, 1330895.995}, "3943": {1945501.135, 2219896.534}, "32632": {257525.666, 4780611.308},
	} {
		if got := findCRS(t, code).FromLonLat(place); gap(got, want) > 2e-3 {
			t.Errorf("EPSG:%s: %.4f, want %.4f", code, got, want)
		}
	}
}

// TestConicsAgainstAnotherLibrary compares every conic projection with an independent implementation: other formulae,
// other hands. (Its transverse Mercator takes the third flattening for the second eccentricity and is wrong by
// millimetres one way, by metres the other: that is why Vigie has its own.)
func TestConicsAgainstAnotherLibrary(t *testing.T) {
	library := map[string]wgs84.CoordinateReferenceSystem{
		"EPSG:2154": wgs84.RGF93FranceLambert(), "EPSG:3857": wgs84.WebMercator(),
	}
	for lat := 42; lat <= 50; lat++ {
		library[fmt.Sprintf("EPSG:39%d", lat)] = wgs84.RGF93CC(float64(lat))
	}
	for code, other := range library {
		c, forward := findCRS(t, code), wgs84.Transform(wgs84.LonLat(), other)
		for _, place := range []orb.Point{{-4.5, 48.4}, {2.35, 48.85}, {3.87, 43.61}, {9.45, 42.7}} {
			x, y, _ := forward(place.Lon(), place.Lat(), 0)
			if got := c.FromLonLat(place); gap(got, orb.Point{x, y}) > 2e-4 {
				t.Errorf("%s %v: %.5f, the other library %.5f", code, place, got, orb.Point{x, y})
			}
		}
	}
}

// TestTransverseMercatorAgainstSnyder compares the zones with Snyder's series (Map Projections: A Working Manual, USGS
// Professional Paper 1395, 1987, equations 8-9 to 8-15) over an arc of meridian that is integrated numerically. The
// series is good to a few tenths of a millimetre in a zone. It is the check of Saint-Pierre-et-Miquelon (EPSG:4467), for
// which no check point is published.
func TestTransverseMercatorAgainstSnyder(t *testing.T) {
	for _, check := range []struct {
		code     string
		meridian float64
		south    float64 // false northing
		places   []orb.Point
	}{
		{"EPSG:4467", -57, 0, []orb.Point{{-56.18, 46.78}, {-56.38, 47.1}, {-56, 46.7}}},
		{"EPSG:5490", -63, 0, []orb.Point{{-61.06, 14.6}, {-61.7, 16}, {-63.1, 18.1}}},
		{"EPSG:2972", -51, 0, []orb.Point{{-52.33, 4.93}, {-53.5, 3.6}}},
		{"EPSG:2975", 57, 10_000_000, []orb.Point{{55.45, -20.88}, {55.53, -21.1}}},
		{"EPSG:4471", 45, 10_000_000, []orb.Point{{45.23, -12.78}}},
		{"EPSG:32630", -3, 0, []orb.Point{{-2.76, 47.66}, {0, 44.8}, {-5.1, 48.4}}},
	} {
		c := findCRS(t, check.code)
		for _, place := range check.places {
			want := snyder(place, check.meridian)
			want[1] += check.south
			if got := c.FromLonLat(place); gap(got, want) > 1e-3 {
				t.Errorf("%s %v: %.4f, Snyder %.4f", check.code, place, got, want)
			}
		}
	}
}

// snyder is the Universal Transverse Mercator on GRS 80, without false northing.
func snyder(place orb.Point, meridian float64) orb.Point {
	const a, f, k0 = 6378137.0, 1 / 298.257222101, 0.9996
	e2 := f * (2 - f)
	second := e2 / (1 - e2)
	phi, lambda := place.Lat()*math.Pi/180, (place.Lon()-meridian)*math.Pi/180
	const steps = 2000 // Simpson's rule on the radius of curvature of the meridian
	arc, h := 0.0, phi/steps
	for i := range steps + 1 {
		weight := []float64{2, 4}[i%2]
		if i == 0 || i == steps {
			weight = 1
		}
		sin := math.Sin(float64(i) * h)
		arc += weight * a * (1 - e2) / math.Pow(1-e2*sin*sin, 1.5) * h / 3
	}
	sin, cos, tan := math.Sin(phi), math.Cos(phi), math.Tan(phi)
	n, t, c, x := a/math.Sqrt(1-e2*sin*sin), tan*tan, second*cos*cos, lambda*cos
	east := k0 * n * (x + (1-t+c)*math.Pow(x, 3)/6 + (5-18*t+t*t+72*c-58*second)*math.Pow(x, 5)/120)
	north := k0 * (arc + n*tan*(x*x/2+(5-t+9*c+4*c*c)*math.Pow(x, 4)/24+
		(61-58*t+t*t+600*c-330*second)*math.Pow(x, 6)/720))
	return orb.Point{500_000 + east, north}
}

// TestCRSRoundTrip goes there and back over the territory of every system.
func TestCRSRoundTrip(t *testing.T) {
	boxes := map[string]orb.Bound{
		"France métropolitaine":    {Min: orb.Point{-5.2, 41.3}, Max: orb.Point{9.6, 51.2}},
		"Guyane":                   {Min: orb.Point{-54.7, 2.1}, Max: orb.Point{-51.6, 5.9}},
		"La Réunion":               {Min: orb.Point{55.2, -21.4}, Max: orb.Point{55.9, -20.8}},
		"Mayotte":                  {Min: orb.Point{44.9, -13.1}, Max: orb.Point{45.4, -12.6}},
		"Saint-Pierre-et-Miquelon": {Min: orb.Point{-56.5, 46.7}, Max: orb.Point{-56, 47.2}},
		"Guadeloupe, Martinique, Saint-Barthélemy, Saint-Martin": {Min: orb.Point{-63.2, 14.3}, Max: orb.Point{-60.8, 18.2}},
	}
	for _, c := range geo.CRSs() {
		area, worst := boxes[c.Territory], 0.0
		if area.IsZero() { // used elsewhere: the whole width of the zone, from the equator to the far north
			zone := utmZone(c.Code)
			area = orb.Bound{Min: orb.Point{zone - 3, 0}, Max: orb.Point{zone + 3, 80}}
		}
		const steps = 25
		for i := range steps + 1 {
			for j := range steps + 1 {
				p := orb.Point{
					area.Min[0] + (area.Max[0]-area.Min[0])*float64(i)/steps,
					area.Min[1] + (area.Max[1]-area.Min[1])*float64(j)/steps,
				}
				worst = math.Max(worst, gap(c.ToLonLat(c.FromLonLat(p)), p))
			}
		}
		if !(worst <= 1e-9) {
			t.Errorf("%s: there and back is wrong by %g°", c.Code, worst)
		}
	}
}

// utmZone is the central meridian of a system named EPSG:326zz, 0 for another.
func utmZone(code string) float64 {
	if len(code) != len("EPSG:32600") {
		return 0
	}
	return float64(int(code[8]-'0')*10+int(code[9]-'0'))*6 - 183
}

func TestFindCRS(t *testing.T) {
	for name, want := range map[string]string{
		"EPSG:2154": "EPSG:2154", "2154": "EPSG:2154", "epsg:2154": "EPSG:2154", " EPSG:2154 ": "EPSG:2154",
		"urn:ogc:def:crs:EPSG::2154":                   "EPSG:2154",
		"urn:ogc:def:crs:EPSG:9.9:2154":                "EPSG:2154",
		"http://www.opengis.net/def/crs/EPSG/0/2154":   "EPSG:2154",
		"https://www.opengis.net/def/crs/EPSG/0/32630": "EPSG:32630",
		"CRS84": "EPSG:4326", "OGC:CRS84": "EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84": "EPSG:4326",
		"urn:ogc:def:crs:OGC::CRS84": "EPSG:4326", "http://www.opengis.net/def/crs/OGC/1.3/CRS84": "EPSG:4326",
		"EPSG:9999": "", "": "", "2154:": "", "OGC:2154": "", "CRS:84": "", "urn:ogc:def:crs:2154": "", "a/b": "", "é": "",
	} {
		c, ok := geo.FindCRS(name)
		if c.Code != want || ok != (want != "") {
			t.Errorf("FindCRS(%q) = %q, %v; want %q", name, c.Code, ok, want)
		}
	}
}

func TestCRSsAreTheOnesPromised(t *testing.T) {
	list := geo.CRSs()
	if want := 8 + 9 + 23; len(list) != want {
		t.Errorf("%d systems, want %d", len(list), want)
	}
	for _, code := range []string{"4326", "3857", "2154", "3942", "3950", "5490", "2972", "2975", "4471", "4467", "32620", "32642"} {
		findCRS(t, code)
	}
	for _, c := range list {
		if c.Name == "" || c.Geographic() != (c.Code == "EPSG:4326") {
			t.Errorf("%+v", c)
		}
	}
	if got := (geo.CRS{}).ToLonLat(orb.Point{2, 48}); got != (orb.Point{2, 48}) {
		t.Errorf("the zero system is lon, lat, not %v", got)
	}
}

func TestCRSCandidates(t *testing.T) {
	for name, check := range map[string]struct {
		at   orb.Point
		want []string
	}{
		"Montpellier in Lambert-93": {orb.Point{768915.19, 6281719.38}, []string{"EPSG:2154", "EPSG:3857"}},
		"Lille in CC50":             {orb.Point{1704000, 9276000}, []string{"EPSG:3950"}},
		"Vannes in UTM 30N":         {orb.Point{516024, 5277296}, []string{"EPSG:3857", "EPSG:32630", "EPSG:32631", "EPSG:32632"}},
		"Saint-Denis in UTM 40S":    {orb.Point{338000, 7690000}, []string{"EPSG:2975"}},
		"Fort-de-France in UTM 20N": {orb.Point{709000, 1616000}, []string{"EPSG:5490", "EPSG:32620"}},
		"nowhere":                   {orb.Point{1e9, 1e9}, nil},
		"not a number":              {orb.Point{math.NaN(), math.Inf(1)}, nil},
	} {
		var got []string
		for _, c := range geo.CRSCandidates(check.at) {
			got = append(got, c.Code)
		}
		if len(got) != len(check.want) {
			t.Errorf("%s: %v, want %v", name, got, check.want)
			continue
		}
		for i := range got {
			if got[i] != check.want[i] {
				t.Errorf("%s: %v, want %v", name, got, check.want)
			}
		}
	}
}

// FuzzCRS never panics, whatever the coordinates.
func FuzzCRS(f *testing.F) {
	f.Add(768915.19, 6281719.38)
	f.Add(math.Inf(1), math.NaN())
	f.Add(-180.0, 90.0)
	f.Fuzz(func(t *testing.T, x, y float64) {
		for _, c := range geo.CRSs() {
			c.FromLonLat(orb.Point{x, y})
			c.ToLonLat(orb.Point{x, y})
		}
	})
}

func BenchmarkCRS(b *testing.B) {
	c := findCRS(b, "EPSG:2154")
	for b.Loop() {
		c.ToLonLat(orb.Point{768915.19, 6281719.38})
	}
}
