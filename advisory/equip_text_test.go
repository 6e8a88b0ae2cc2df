package advisory_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"vigie/advisory"
	"vigie/inventory"
)

// planned is a plan of a street, a square, a school gate and, for the police, plates, with its tender text.
func planned(t *testing.T, book *advisory.Book) inventory.RecommendationResult {
	t.Helper()
	project := inventory.Project{HolderType: inventory.StateForce, Department: "34"}
	cameras := proposed(t, book, project, 2, inventory.Need{Site: "street"}, inventory.Need{Site: "square"}, inventory.Need{Site: "street"},
		inventory.Need{Site: "school", Support: "pole", TrenchM: new(30.0)}, inventory.Need{Aim: "plate", PlateReading: new(true)},
		inventory.Need{Site: "natural_risk"}, inventory.Need{Site: "housing", DwellingInView: new(true)})
	cameras[3].Camera.Heads[0].Masks = []inventory.Mask{{FromDeg: 200, ToDeg: 230}}
	cameras[3].Camera.Heads[0].BearingDeg = new(42.4)
	billing, err := book.BillOf(cameras, project, 0, today)
	if err != nil {
		t.Fatal(err)
	}
	r := inventory.RecommendationResult{
		PerimeterName: "Centre, 100 % du bourg", Cameras: cameras, Bill: billing.Bill, Network: billing.Network, Advice: billing.Advice,
		Levels: []inventory.LevelGain{{Name: inventory.Text{FR: "Percevoir", EN: "Perceive"}, DensityPxM: 125, BeforePct: 3.5, AfterPct: 21}},
	}
	r.Specification = book.SpecificationOf(r)
	return r
}

func TestSpecificationSections(t *testing.T) {
	book := loadBook(t)
	r := planned(t, book)
	var titles []string
	for _, s := range r.Specification {
		titles = append(titles, s.Title.EN)
		if s.Title.FR == "" || s.Title.EN == "" || len(s.Items) == 0 {
			t.Errorf("chapter %+v has %d items", s.Title, len(s.Items))
		}
		for _, item := range s.Items {
			if item.FR == "" || item.EN == "" {
				t.Errorf("%s: %+v", s.Title.EN, item)
			}
			for _, text := range []string{item.FR, item.EN} {
				if strings.Contains(text, "%!") || strings.Contains(text, "NaN") || strings.Contains(text, "+Inf") || strings.Contains(text, "  ") {
					t.Errorf("%s: %q", s.Title.EN, text)
				}
			}
		}
	}
	for _, want := range []string{
		"Object", "Image quality and acceptance test", "Night and light", "Masks and privacy", "Network and cyber security", "Storage and retention",
		"Power", "Supports and civil works", "Maintenance and training", "Acceptance",
	} {
		if !slices.Contains(titles, want) {
			t.Errorf("no chapter %q in %q", want, titles)
		}
	}
}

// TestSpecificationSays holds some sentences that a tender cannot do without.
func TestSpecificationSays(t *testing.T) {
	r := planned(t, loadBook(t))
	var fr, en strings.Builder
	for _, s := range r.Specification {
		for _, item := range s.Items {
			fr.WriteString(item.FR + "\n")
			en.WriteString(item.EN + "\n")
		}
	}
	for _, want := range []string{
		"7 caméras", "Centre, 100 % du bourg", "Indice de protection IP : IP66 au moins (REC-01, IEC 60529 (IP), IEC 62262 (IK))", "IK10",
		"Point 4 (Place du Marché), objectif à 4,5 m", "azimuts 42°", "Point 4 : 1 masque", "arrêté du 3 août 2007", "Plan de détail",
		"CSI, art. L251-3", "Point 1 : 125 px/m au moins à 20 m, soit 125 pixels sur la mire (REC-05, IEC 62676-4", "Accès à Internet : exclu (REC-36, ANSSI, note n° 524, ANSSI-PA-72)", "Mât neuf", "1/1000 s au plus", "Codage vidéo : H.265 et H.264 (",
		"802.3bt type 3", "Tranchée sous chaussée", "Matériel D – Angle sur la plaque : 20° au plus",
	} {
		if !strings.Contains(fr.String(), want) {
			t.Errorf("the French text does not say %q", want)
		}
	}
	for _, want := range []string{"7 cameras", "IP66 at least", "Internet access: excluded", "bearings 42°", "Detailed plan", "at least 125 px/m"} {
		if !strings.Contains(en.String(), want) {
			t.Errorf("the English text does not say %q", want)
		}
	}
	if t.Failed() {
		t.Log(fr.String())
	}
}

// TestNoBrand holds that neither the tender text nor the names of classes and articles name a maker.
func TestNoBrand(t *testing.T) {
	book := loadBook(t)
	r := planned(t, book)
	text, err := json.Marshal(r.Specification)
	if err != nil {
		t.Fatal(err)
	}
	told := strings.ToLower(string(text))
	for _, p := range book.Profiles {
		told += strings.ToLower(strings.Join([]string{"", p.Name.FR, p.Name.EN, p.Description.FR, p.Description.EN}, "\n"))
	}
	for _, a := range book.Costs.Articles {
		told += strings.ToLower("\n" + a.Name.FR + "\n" + a.Name.EN)
	}
	for _, brand := range []string{
		"hikvision", "dahua", "axis ", "bosch", "hanwha", "avigilon", "mobotix", "sony", "panasonic", "vivotek", "uniview", "abus,", "paxton",
		"axxon", "ivideon", "ipvm", "milestone", "genetec", "flir", "pelco", "samsung", ".com", ".fr ", "www.",
	} {
		if i := strings.Index(told, brand); i >= 0 {
			t.Errorf("the brand or site %q is named: …%s…", brand, told[max(0, i-40):min(len(told), i+40)])
		}
	}
}

func TestSpecificationRepeats(t *testing.T) {
	book := loadBook(t)
	first, err := json.Marshal(planned(t, book).Specification)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(planned(t, newBook(t)).Specification)
	if err != nil || string(first) != string(again) {
		t.Errorf("the same plan gave another text: %v", err)
	}
}

func TestNoSpecificationWithoutCameras(t *testing.T) {
	if sections := loadBook(t).SpecificationOf(inventory.RecommendationResult{}); len(sections) != 0 {
		t.Errorf("%d chapters", len(sections))
	}
}
