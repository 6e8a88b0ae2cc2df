package inventory_test

import (
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"vigie/inventory"
)

// wellFormed tells whether encoding/json reads the text as one or more values.
func wellFormed(text string) bool {
	decoder := json.NewDecoder(strings.NewReader(text))
	for values := 0; ; values++ {
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return errors.Is(err, io.EOF) && values > 0
		}
	}
}

// TestDamagedGeoJSON: what encoding/json does not read is a fault of the file, and what it reads is none, but for a list
// of features or an object that is missing; the file comes byte by byte.
func TestDamagedGeoJSON(t *testing.T) {
	whole := collection(point("a", 2.5e0, -48), `{"type":"Feature","id":-0.5E+3,"properties":{"name":"\u00e9\"\\ \n","t":[true,false,null,[],{}]},"geometry":null}`)
	const marks = "{}[]\",:.\\ \n0123456789-+eEtfnulr/\x01\xffé"
	r, store, good := rand.New(rand.NewPCG(7, 8)), openStore(t), 0
	for range 4000 {
		text := whole
		switch at := r.IntN(len(text)); r.IntN(4) {
		case 0:
			text = text[:at] + string(marks[r.IntN(len(marks))]) + text[at+1:]
		case 1:
			text = text[:at] + text[at+1:]
		case 2:
			text = text[:at] + marks[r.IntN(len(marks)):][:1] + text[at:]
		case 3:
			text = text[:at]
		}
		_, err := inventory.Import(t.Context(), store, iotest.OneByteReader(strings.NewReader(text)), inventory.ImportOptions{
			Kind: inventory.KindCameras, Holder: "ville", Format: inventory.FormatGeoJSON, DryRun: true, Now: now,
		})
		fault := (*inventory.FileError)(nil)
		excused := err != nil && (strings.Contains(err.Error(), "is not an array") || strings.Contains(err.Error(), "object is needed"))
		good += map[bool]int{true: 1}[wellFormed(text)]
		if !excused && errors.As(err, &fault) == wellFormed(text) {
			t.Fatalf("%q: %v", text, err)
		}
	}
	if good < 500 {
		t.Errorf("only %d texts were good: the test is too weak", good)
	}
}
