package advisory_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"vigie/advisory"
	"vigie/geo"
	"vigie/inventory"
)

func advise(t *testing.T, subject inventory.SubjectKind, facts advisory.Facts) []inventory.Advice {
	t.Helper()
	advice, err := loadBook(t).Advise(subject, facts, "2026-11-22")
	if err != nil {
		t.Fatal(err)
	}
	return advice
}

// Storage of 24 cameras of 4 Mbit/s for 30 days: 31.1 TB, 37.3 TB with a margin of 20 %.
func TestStorageOfTwentyFourCameras(t *testing.T) {
	advice := advise(t, advisory.SubjectProject, advisory.Facts{"project.bitrateMbps": 24 * 4.0, "project.retentionDays": 30})
	s := asked(advice, "storageTb")
	if s == nil || math.Abs(*s.AtLeast-37.3248) > 1e-9 || math.Abs(*s.AtLeast/1.2-31.104) > 1e-9 || s.Unit != "TB" {
		t.Errorf("storage %+v, want 37.3 TB, 31.1 TB without the margin", s)
	}
}

// A lens of 6 mm on 1920 pixels of a sensor 5.57 mm wide gives 249 px/m at 8.3 m: it recognises, and misses the 250 px/m of
// the rule that identifies, which nothing rounds up.
func TestADensityOf249IsNotEnough(t *testing.T) {
	sensor := geo.Sensor{WidthMM: to(5.57), FocalMM: to(6.0), RecordedWidthPx: to(1920)}
	density, err := sensor.DensityAt(8.3)
	if err != nil || math.Floor(density) != 249 {
		t.Fatalf("%v px/m, %v", density, err)
	}
	advice := advise(t, advisory.SubjectNeed, advisory.Facts{"need.aim": "identify", "need.site": "street"})
	if s := asked(advice, "densityPxM"); s == nil || density >= *s.AtLeast || *s.AtLeast != 250 || *s.Advised != 500 {
		t.Errorf("%v px/m against %+v", density, s)
	}
	advice = advise(t, advisory.SubjectNeed, advisory.Facts{"need.aim": "recognise", "need.site": "street"})
	if s := asked(advice, "densityPxM"); s == nil || density < *s.AtLeast {
		t.Errorf("%v px/m against %+v", density, s)
	}
}

// A face at 1.60 m, seen from 4 m high: at 5 m away 25.6°, within what is tolerated and over what is advised; at 9 m 14.9°.
func TestFaceAnglesOfTheIdentificationRule(t *testing.T) {
	s := asked(advise(t, advisory.SubjectNeed, advisory.Facts{"need.aim": "face"}), "faceAngleDeg")
	near, far := geo.FaceAngleDeg(4, 5), geo.FaceAngleDeg(4, 9)
	if s == nil || math.Abs(near-25.6) > 0.1 || near <= *s.Advised || near > *s.AtMost || math.Abs(far-14.9) > 0.1 || far > *s.Advised {
		t.Errorf("%.1f° and %.1f° against %+v", near, far, s)
	}
}

// A municipality may not read plates, at a town entrance or elsewhere, whatever else is asked.
func TestAMunicipalityMayNotReadPlates(t *testing.T) {
	advice := advise(t, advisory.SubjectNeed, advisory.Facts{
		"need.plateReading": true, "need.site": "town_entrance", "project.holderType": "public_authority", "need.targetSpeedKmh": 50.0,
	})
	s := asked(advice, "plateSoftware")
	if s == nil || *s.Flag || s.Conflict || !slices.Equal(s.Rules, []string{"REC-08", "REC-09"}) {
		t.Errorf("%+v", s)
	}
}

// What is not known is named, and what can be told is told all the same.
func TestAdviceNamesWhatIsMissing(t *testing.T) {
	advice := advise(t, advisory.SubjectNeed, advisory.Facts{"need.outdoor": true, "need.mountHeightM": 6.0})
	i := slices.IndexFunc(advice, func(a inventory.Advice) bool { return a.Rule == "REC-01" })
	if i < 0 || advice[i].Verdict != "APPLIES" || !slices.Equal(advice[i].Missing, []string{"need.reachable", "need.environment"}) {
		t.Fatalf("%+v", advice)
	}
	if s := asked(advice[i:i+1], "ingressRating"); s == nil || *s.AtLeast != 66 || len(advice[i].Specifications) != 1 {
		t.Errorf("%+v", advice[i].Specifications)
	}
	if got := len(advice[i].Evidence); got != 2 {
		t.Errorf("%d values are shown, want the two that are known", got)
	}
	for _, a := range advice {
		if a.Verdict == string(advisory.VerdictNotApplicable) {
			t.Errorf("%s does not apply, and is given", a.Rule)
		}
	}
}

func TestAdviseRefusesFactsThatAreNone(t *testing.T) {
	book := loadBook(t)
	for _, facts := range []advisory.Facts{{"need.colour": true}, {"need.outdoor": "yes"}, {"need.targetDistanceM": 3}} {
		if _, err := book.Advise(advisory.SubjectNeed, facts, "2026-11-22"); err == nil {
			t.Errorf("%v is taken", facts)
		}
	}
	if _, err := book.Advise(advisory.SubjectNeed, nil, "tomorrow"); err == nil {
		t.Error("a day that is none is taken")
	}
}

func TestStrictest(t *testing.T) {
	number := func(name string, least, most, advised *float64, rule string) inventory.Specification {
		return inventory.Specification{Name: name, AtLeast: least, AtMost: most, Advised: advised, Rules: []string{rule}}
	}
	words := func(oneOf, allOf []string, rule string) inventory.Specification {
		return inventory.Specification{Name: "forms", OneOf: oneOf, AllOf: allOf, Rules: []string{rule}}
	}
	flag := func(yes bool, rule string) inventory.Specification {
		return inventory.Specification{Name: "plateSoftware", Flag: &yes, Rules: []string{rule}}
	}
	tests := []struct {
		name string
		a, b inventory.Specification
		want inventory.Specification
	}{
		{"the greater least", number("densityPxM", to(125.0), nil, to(250.0), "A"), number("densityPxM", to(250.0), nil, to(500.0), "B"),
			number("densityPxM", to(250.0), nil, to(500.0), "A")},
		{"the smaller most", number("shutterS", nil, to(0.005), nil, "A"), number("shutterS", nil, to(0.001), to(0.0005), "B"),
			number("shutterS", nil, to(0.001), to(0.0005), "A")},
		{"the smaller advice where less is more", number("retentionDays", nil, to(15.0), to(7.0), "A"), number("retentionDays", nil, to(30.0), to(15.0), "B"),
			number("retentionDays", nil, to(15.0), to(7.0), "A")},
		{"bounds that leave nothing", number("mountHeightM", to(2.5), to(3.0), nil, "A"), number("mountHeightM", to(5.0), nil, nil, "B"),
			conflict(number("mountHeightM", to(5.0), to(3.0), nil, "A"))},
		{"the words of both", words([]string{"fixed", "ptz"}, nil, "A"), words([]string{"ptz", "thermal"}, nil, "B"), words([]string{"ptz"}, nil, "A")},
		{"all words of both", words(nil, []string{"fixed"}, "A"), words([]string{"fixed", "ptz"}, []string{"ptz"}, "B"),
			words([]string{"fixed", "ptz"}, []string{"fixed", "ptz"}, "A")},
		{"no word of both", words([]string{"fixed"}, nil, "A"), words([]string{"ptz"}, nil, "B"), conflict(words([]string{"fixed", "ptz"}, nil, "A"))},
		{"yes and no", flag(true, "A"), flag(false, "B"), conflict(flag(true, "A"))},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := advisory.Strictest([]inventory.Advice{
				{Specifications: []inventory.Specification{test.a}}, {Specifications: []inventory.Specification{test.b}},
			})
			test.want.Rules = []string{"A", "B"}
			if len(got) != 1 || jsonOf(t, got[0]) != jsonOf(t, test.want) {
				t.Errorf("%s, want %s", jsonOf(t, got), jsonOf(t, test.want))
			}
		})
	}
}

func conflict(s inventory.Specification) inventory.Specification {
	s.Conflict = true
	return s
}

// The order in which rules are asked changes nothing but the order of their names, and joining leaves what was joined as it is.
func TestStrictestDoesNotDependOnTheOrder(t *testing.T) {
	facts := advisory.Facts{
		"need.site": "housing", "need.aim": "identify", "need.outdoor": true, "need.mountHeightM": 5.0, "need.reachable": true,
		"need.environment": "temperate", "need.targetWidthM": 5.0, "need.filmsPublicWay": true, "need.dwellingInView": true,
	}
	advice := advise(t, advisory.SubjectNeed, facts)
	before := jsonOf(t, advice)
	forth := advisory.Strictest(advice)
	slices.Reverse(advice)
	back := advisory.Strictest(advice)
	slices.Reverse(advice)
	for _, all := range [][]inventory.Specification{forth, back} {
		for i := range all {
			slices.Sort(all[i].Rules)
			all[i].OneOf = slices.Sorted(slices.Values(all[i].OneOf))
		}
	}
	if jsonOf(t, forth) != jsonOf(t, back) {
		t.Errorf("%s\n%s", jsonOf(t, forth), jsonOf(t, back))
	}
	if jsonOf(t, advice) != before {
		t.Error("what was joined has changed")
	}
	if s := asked(advice, "mountHeightM"); s == nil || !s.Conflict {
		t.Errorf("5 m and 3 m high at once: %+v", s)
	}
}

func BenchmarkAdvise(b *testing.B) {
	book := loadBook(b)
	facts := advisory.Facts{
		"need.site": "school", "need.aim": "identify", "need.outdoor": true, "need.mountHeightM": 3.0, "need.targetWidthM": 5.0,
		"need.filmsPublicWay": true, "need.dwellingInView": true, "project.holderType": "public_authority",
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := book.Advise(advisory.SubjectNeed, facts, "2026-11-22"); err != nil {
			b.Fatal(err)
		}
	}
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// readBookFile is a file of the embedded book.
func readBookFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("book", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
