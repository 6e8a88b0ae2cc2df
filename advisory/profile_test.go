package advisory_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"vigie/advisory"
	"vigie/inventory"
)

// Every form of equipment has a class, every class a price, and what is known of it has a source.
func TestProfilesOfTheBook(t *testing.T) {
	book := loadBook(t)
	forms := map[advisory.Form]bool{}
	for _, p := range book.Profiles {
		forms[p.Form] = true
		if _, known := book.Article(p.Article, "2026-11-22"); !known {
			t.Errorf("%s: no price of %q", p.ID, p.Article)
		}
		if p.Heads.Source == "" || p.PowerW.Source == "" || p.HFOVDeg.Verified == "" || p.Name.FR == "" || p.Description.EN == "" {
			t.Errorf("%s lacks something: %+v", p.ID, p)
		}
		if p.FocalMM != nil && p.HFOVDeg.Verified == advisory.VerifiedYes {
			t.Errorf("%s: optics of a class are of practice", p.ID)
		}
	}
	for _, form := range advisory.Forms() {
		if !forms[form] {
			t.Errorf("no class is %s", form)
		}
	}
}

// A draw that its PoE standard cannot carry (IEEE 802.3: af 12.95 W, at 25.5 W, bt 51 W and 71.3 W at the device) is a
// fault of a class.
func TestProfilesDrawWhatTheirFeedCarries(t *testing.T) {
	carries := map[string]float64{"af": 12.95, "at": 25.5, "bt3": 51, "bt4": 71.3}
	for _, p := range loadBook(t).Profiles {
		if most, fed := carries[p.PoEType.Value]; fed && p.PowerW.Value > most {
			t.Errorf("%s draws %v W by %s", p.ID, p.PowerW.Value, p.PoEType.Value)
		}
	}
}

func profileBook(t *testing.T) fstest.MapFS {
	t.Helper()
	files := smallBook()
	files["profiles/varifocal-4mp.yaml"] = &fstest.MapFile{Data: []byte(readBookFile(t, "profiles/varifocal-4mp.yaml"))}
	files["costs.yaml"] = &fstest.MapFile{Data: []byte(readBookFile(t, "costs.yaml"))}
	return files
}

func TestMistakesInAProfile(t *testing.T) {
	const file = "profiles/varifocal-4mp.yaml"
	tests := []struct{ name, file, before, after, want string }{
		{"a field that the optics do not give", file, "hfovDeg: {value: [26.1, 89.6]", "hfovDeg: {value: [26.1, 120]",
			"hfovDeg tells 120° where 2.8 mm on a sensor of 5.57 mm give 89.69°"},
		{"half of the optics", file, "focalMm: {value: [2.8, 12]", "fNumber: {value: [2.8, 12]", "focalMm, sensorWidthMm and sensorHeightMm go together"},
		{"a range the wrong way round", file, "temperatureC: {value: [-40, 60]", "temperatureC: {value: [60, -40]", "must be a range: [lowest, highest]"},
		{"pictures that do not grow", file, "[[1920, 1080], [2688, 1520]]", "[[2688, 1520], [1920, 1080]]", "must be wider than the picture before it"},
		{"a picture of one side", file, "[[1920, 1080], [2688, 1520]]", "[[1920]]", "must be the size of a picture: [width, height]"},
		{"an unknown form", file, "form: varifocal", "form: zoom", `"zoom" is not one of`},
		{"an unknown flag", file, "meets: {value: [wdr,", "meets: {value: [wdrr,", `"wdrr" is not one of`},
		{"an unknown feed", file, "poeType: {value: af", "poeType: {value: ax", `"ax" is not one of`},
		{"no source", file, `heads: {value: 1, source: "one sensor", verified: practice}`, "heads: {value: 1, verified: practice}", `"source" is missing`},
		{"an article that is not there", file, "article: camera_varifocal", "article: camera_mine",
			`profiles/varifocal-4mp.yaml:9:10: "camera_mine" is not an article of costs.yaml`},
		{"an article twice", "costs.yaml", "id: camera_ptz", "id: camera_fixed", `the article "camera_fixed" is there twice on a same day`},
		{"a price the wrong way round", "costs.yaml", "eur: [60, 120]", "eur: [120, 60]", "must be a range: [lowest, highest]"},
		{"an unknown lot", "costs.yaml", "lot: cameras\n", "lot: camera\n", `"camera" is not one of`},
		{"an unknown département", "costs.yaml", `department: "57"`, `department: "570"`, `"570" is not an INSEE département code`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := profileBook(t)
			replaced(t, files, test.file, test.before, test.after)
			_, err := advisory.Load(files)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error lacks %q:\n%v", test.want, err)
			}
		})
	}
}

func TestWhatAProfileKeeps(t *testing.T) {
	book := loadBook(t)
	least := func(name string, v float64) inventory.Specification {
		return inventory.Specification{Name: name, AtLeast: &v}
	}
	most := func(name string, v float64) inventory.Specification {
		return inventory.Specification{Name: name, AtMost: &v}
	}
	flag := func(name string) inventory.Specification { return inventory.Specification{Name: name, Flag: to(true)} }
	tests := []struct {
		profile string
		asked   inventory.Specification
		want    advisory.Verdict
	}{
		{"varifocal-4mp", least("ingressRating", 66), advisory.VerdictPass},
		{"deployable-mast", least("impactRating", 10), advisory.VerdictFail},
		{"varifocal-4mp", most("minTemperatureC", -40), advisory.VerdictPass},
		{"deployable-mast", most("minTemperatureC", -40), advisory.VerdictFail},
		{"varifocal-2mp", least("recordedWidthPx", 2560), advisory.VerdictFail},
		{"varifocal-8mp", least("recordedWidthPx", 2560), advisory.VerdictPass},
		{"telephoto-8mp", least("focalMm", 50), advisory.VerdictPass},
		{"varifocal-4mp", least("focalMm", 50), advisory.VerdictFail},
		{"ptz-2mp", least("opticalZoom", 30), advisory.VerdictPass},
		{"telephoto-8mp", least("opticalZoom", 30), advisory.VerdictFail},
		{"multi-sensor-180", least("fieldDeg", 180), advisory.VerdictPass},
		{"thermal-640", least("wdrDb", 120), advisory.VerdictUnknown},
		{"lowlight-4mp", least("sensorWidthMm", 7.18), advisory.VerdictPass},
		{"fixed-4mp", least("sensorWidthMm", 7.18), advisory.VerdictFail},
		{"varifocal-4mp", most("shutterS", 0.0005), advisory.VerdictPass},
		{"plate-2mp", inventory.Specification{Name: "forms", OneOf: []string{"plate"}}, advisory.VerdictPass},
		{"ptz-2mp", inventory.Specification{Name: "forms", OneOf: []string{"fixed"}}, advisory.VerdictFail},
		{"varifocal-4mp", inventory.Specification{Name: "onvif", AllOf: []string{"T", "G"}}, advisory.VerdictPass},
		{"body-worn-2mp", inventory.Specification{Name: "onvif", AllOf: []string{"T"}}, advisory.VerdictFail},
		{"ptz-2mp", flag("stabilisation"), advisory.VerdictPass},
		{"fixed-4mp", flag("stabilisation"), advisory.VerdictFail},
		{"fixed-4mp", flag("sharedCentre"), advisory.VerdictNotApplicable},
		{"fixed-4mp", least("retentionDays", 7), advisory.VerdictNotApplicable},
	}
	for _, test := range tests {
		p, known := book.Profile(test.profile)
		if !known {
			t.Errorf("%s is not in the book", test.profile)
		}
		if got := p.Keeps(test.asked); got != test.want {
			t.Errorf("%s %s: %s, want %s", test.profile, jsonOf(t, test.asked), got, test.want)
		}
	}
}

// A price is brought to the year of the advice, by the yearly rise of the book.
func TestPricesAreIndexed(t *testing.T) {
	book := loadBook(t)
	own, _ := book.Article("trench_soft", "2026-11-22")
	later, _ := book.Article("trench_soft", "2028-01-01")
	if own.PriceYear != 2026 || own.EUR != (inventory.Range{Low: 60, High: 120}) {
		t.Errorf("%+v", own)
	}
	if later.PriceYear != 2028 || later.EUR != (inventory.Range{Low: 62, High: 125}) { // 60 × 1.02² = 62.42, 120 × 1.02² = 124.85
		t.Errorf("%+v", later)
	}
	if _, known := book.Article("point_police_zone_2013", "2026-11-22"); known {
		t.Error("a price of 2013 is given in 2026")
	}
	if _, known := book.Article("gold", "2026-11-22"); known {
		t.Error("an article that is not there is given")
	}
}

// Terms of public aid are those of the département and the year, and are told to be old when they are.
func TestTermsOfPublicAid(t *testing.T) {
	book := loadBook(t)
	tests := []struct {
		department string
		at         inventory.Date
		wantOf     string
		current    bool
		low        float64
	}{
		{"57", "2022-06-01", "57", true, 0}, {"57", "2026-11-22", "57", false, 0}, {"34", "2026-11-22", "", true, 20},
		{"57", "2021-06-01", "", true, 20},
	}
	for _, test := range tests {
		terms, current, known := book.Subsidy("fipd", test.department, test.at)
		if !known || current != test.current || terms.Department != test.wantOf || terms.RatePct.Low != test.low || terms.RatePct.High != 50 ||
			terms.CeilingEUR == nil || *terms.CeilingEUR != 15_000 {
			t.Errorf("%s on %s: %+v, current %v", test.department, test.at, terms, current)
		}
	}
	if _, _, known := book.Subsidy("lottery", "34", "2026-11-22"); known {
		t.Error("a fund that is not there is given")
	}
}
