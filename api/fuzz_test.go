package api

import (
	"math"
	"strings"
	"testing"

	"vigie/inventory"
)

func FuzzParseBox(f *testing.F) {
	for _, text := range []string{"3.8,43.6,3.9,43.7", "-180,-90,180,90", "1,2,3", "NaN,0,0,0", "1e999,0,0,0", "3,4,1,2", "0x1p-2,0,1,1", ",,,", "1_0,2,20,3"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		box, err := parseBox(text)
		if err != nil {
			return
		}
		for i, n := range []float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]} {
			if limit := []float64{180, 90}[i%2]; math.IsNaN(n) || math.Abs(n) > limit {
				t.Errorf("%q gives %v", text, box)
			}
		}
		if err := (inventory.Query{Area: box}).Validate(); err != nil {
			t.Errorf("%q gives %v: %v", text, box, err)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add("/api/v1/cameras?", "c1", "abc")
	f.Add("/api/v1/cameras?holder=a%2Cb", "0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f", "")
	f.Add("", strings.Repeat("x", 128), "AAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, address, id, forged string) {
		if id == "" {
			return
		}
		sealed := sealCursor(address, inventory.ID(id))
		if after, ok := openCursor(address, sealed); !ok || string(after) != id {
			t.Errorf("the cursor of %q opens as %q, %v", id, after, ok)
		}
		if _, ok := openCursor(address+"x", sealed); ok {
			t.Errorf("the cursor of %q opens on another list", id)
		}
		if after, ok := openCursor(address, forged); ok && sealCursor(address, after) != forged {
			t.Errorf("%q opens as %q", forged, after)
		}
	})
}

func FuzzUnmarshal(f *testing.F) {
	for _, text := range []string{`{}`, `null`, `{"id":1}`, `{"heads":[{"id":"1"}]}`, `{"location":{"type":"Point","coordinates":[1]}}`, `{"extra":{"":""}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var camera inventory.Camera
		faults := unmarshal([]byte(text), &camera)
		for _, fault := range faults {
			if fault.In != "body" || fault.Reason == "" {
				t.Errorf("%q: %+v", text, fault)
			}
		}
	})
}

func FuzzQuality(f *testing.F) {
	f.Add("text/html, */*;q=0.1")
	f.Add("application/geo+json;q=NaN")
	f.Fuzz(func(t *testing.T, accept string) {
		if q := quality(accept, geoJSONType); math.IsNaN(q) || q < 0 || q > 1 {
			t.Errorf("%q weighs %v", accept, q)
		}
	})
}
