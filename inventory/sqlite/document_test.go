package sqlite_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"
	"time"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/sqlite"
)

// TestQuickReading: documents of the kinds of which there are many are read in one pass, to what encoding/json makes of
// them.
func TestQuickReading(t *testing.T) {
	readsQuickly(t, inventorytest.FullHolder())
	readsQuickly(t, inventorytest.FullCamera())
	readsQuickly(t, inventorytest.FullMobileCamera())
	readsQuickly(t, inventorytest.FullArea())
	readsQuickly(t, inventorytest.FullObstacle())
	readsQuickly(t, inventory.Camera{})
	for camera := range inventorytest.France(500) {
		readsQuickly(t, camera)
	}
}

// TestQuickReadingOfAnyFields: whatever fields a record has, from all of them to none, they are read in one pass. The
// records are made up from the types: a field that the reader forgets, or expects elsewhere, fails.
func TestQuickReadingOfAnyFields(t *testing.T) {
	for _, share := range []float64{1, 0.9, 0.5, 0.1, 0} {
		for seed := range uint64(100) {
			m := maker{rand.New(rand.NewPCG(seed, 7)), share}
			readsQuickly(t, made[inventory.Holder](m))
			readsQuickly(t, made[inventory.Camera](m))
			readsQuickly(t, made[inventory.Area](m))
			readsQuickly(t, made[inventory.Obstacle](m))
		}
	}
}

func readsQuickly[T inventory.Record](t *testing.T, record T) {
	t.Helper()
	doc, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := sqlite.ReadQuickly[T](string(doc))
	var want T
	if err := json.Unmarshal(doc, &want); err != nil || !ok || !reflect.DeepEqual(got, want) {
		t.Fatalf("%s\nis read as %+v, %t\nnot as %+v, %v", doc, got, ok, want, err)
	}
}

// maker makes values up; a field has one with the probability share.
type maker struct {
	*rand.Rand
	share float64
}

func made[T any](m maker) (value T) {
	m.fill(reflect.ValueOf(&value).Elem())
	return value
}

// fill gives a value to all that may have one.
func (m maker) fill(v reflect.Value) {
	if own := m.own(v.Type()); own != nil {
		v.Set(reflect.ValueOf(own))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(m.text())
	case reflect.Bool:
		v.SetBool(m.IntN(2) == 0)
	case reflect.Int:
		v.SetInt(m.Int64N(1e15) - 1e14)
	case reflect.Float64:
		v.SetFloat(m.number())
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		m.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+m.IntN(3), 3))
		for i := range v.Len() {
			m.fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{m.text(): m.text(), m.text(): m.text()}))
	case reflect.Struct:
		for i := range v.NumField() {
			if m.Float64() < m.share || v.Type().Field(i).Name == "Geometry" {
				m.fill(v.Field(i))
			}
		}
	default:
		panic(fmt.Sprintf("a value of type %s cannot be made up", v.Type()))
	}
}

// own is a value of a type that has a JSON of its own, or nil.
func (m maker) own(t reflect.Type) any {
	switch t {
	case reflect.TypeFor[inventory.Instant]():
		return inventory.InstantOf(time.UnixMilli(m.Int64N(4e12)))
	case reflect.TypeFor[inventory.Point]():
		return inventory.Point{m.number(), m.number()}
	case reflect.TypeFor[inventory.Surface]():
		surface := make(inventory.Surface, 1+m.IntN(2))
		for i := range surface {
			for range 1 + m.IntN(2) {
				ring := inventorytest.FullArea().Geometry[0][0].Clone()
				for j := range ring {
					ring[j][m.IntN(2)] = m.number()
				}
				surface[i] = append(surface[i], ring)
			}
		}
		return surface
	}
	return nil
}

func (m maker) text() string {
	letters := []rune("abcXYZ019 -_.:/,;{}[]\"\\<>&'éœ€’\u2028\x00\x1f\n\t\x7f\ufffd😀")
	text := make([]rune, m.IntN(30))
	for i := range text {
		text[i] = letters[m.IntN(len(letters))]
	}
	return string(text) + "."
}

func (m maker) number() float64 {
	switch m.IntN(4) {
	case 0:
		return float64(m.IntN(1000))
	case 1:
		return float64(m.IntN(100_000)) / 100
	case 2:
		return m.NormFloat64()
	}
	for {
		if x := math.Float64frombits(m.Uint64()); !math.IsNaN(x) && !math.IsInf(x, 0) {
			return x
		}
	}
}

// TestQuickReadingOfInstants: of documents read one after the other, each has its own instant, whoever had it before.
func TestQuickReadingOfInstants(t *testing.T) {
	texts := []string{
		"2026-03-29T00:59:59.987Z", "2026-03-29T00:59:59.987Z", "2026-03-29T00:59:59.988Z", "2026-03-29T02:59:59.988+02:00",
		"2026-03-29T02:59:59.988+02:00", "2026-03-29T00:59:59.988Z", "", "", "2026-02-30T00:00:00.000Z", "2026-02-30T00:00:00.000Z",
	}
	var docs []string
	var want []inventory.Holder
	for _, text := range texts {
		doc := `{"id":"h","provenance":{"row":0,"updatedAt":"` + text + `"}}`
		var holder inventory.Holder
		if json.Unmarshal([]byte(doc), &holder) == nil {
			docs, want = append(docs, doc), append(want, holder)
			continue
		}
		if err := sqlite.ReadAll(append(docs, doc), make([]inventory.Holder, len(docs)+1)); err == nil {
			t.Errorf("%s is read", doc)
		}
	}
	got := make([]inventory.Holder, len(docs))
	if err := sqlite.ReadAll(docs, got); err != nil || len(docs) < 6 || !reflect.DeepEqual(got, want) {
		t.Errorf("%q\nare read as %+v\nnot as %+v, %v", docs, got, want, err)
	}
}

// TestQuotient: a whole number over a power of ten is rounded as strconv rounds it, also half way between two numbers.
func TestQuotient(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 19))
	for i := range 300_000 {
		whole, decimals := r.Uint64()%1e19>>r.IntN(64), r.IntN(20)
		if i%3 == 0 { // 64 bits: the first 53, and half of the last of these, or one less or more
			whole, decimals = 1<<63+r.Uint64N(1<<52)<<11+1<<10+r.Uint64N(3)-1, 0
		}
		want, err := strconv.ParseFloat(fmt.Sprintf("%de-%d", whole, decimals), 64)
		if got := sqlite.Quotient(whole, decimals); err != nil || got != want {
			t.Fatalf("%d over 10^%d is %v, not %v, %v", whole, decimals, got, want, err)
		}
	}
}

// TestQuickReadingGivesUp: of a document that anything was done to, it makes what encoding/json makes, or nothing.
func TestQuickReadingGivesUp(t *testing.T) {
	givesUp(t, inventorytest.FullHolder())
	givesUp(t, inventorytest.FullCamera())
	givesUp(t, inventorytest.FullArea())
	givesUp(t, inventorytest.FullObstacle())
}

func givesUp[T inventory.Record](t *testing.T, record T) {
	t.Helper()
	whole, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	r, read := rand.New(rand.NewPCG(5, 6)), 0
	for range 10_000 {
		doc := spoilt(r, whole)
		got, ok := sqlite.ReadQuickly[T](string(doc))
		if !ok {
			continue
		}
		read++
		var want T
		if err := json.Unmarshal(doc, &want); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\nis read as %+v\nnot as %+v, %v", doc, got, want, err)
		}
	}
	if read < 500 {
		t.Errorf("only %d documents of %T were read: the test is too weak", read, record)
	}
}

// spoilt is a copy of the document with a byte changed, removed or added, cut short, or with a part that comes twice.
func spoilt(r *rand.Rand, whole []byte) []byte {
	const marks = "{}[]\",:.\\ \n0123456789-+eEtfnull\xff\x01é"
	at, mark := r.IntN(len(whole)), marks[r.IntN(len(marks))]
	doc := append([]byte(nil), whole...)
	switch r.IntN(5) {
	case 0:
		doc[at] = mark
		return doc
	case 1:
		return append(doc[:at], doc[at+1:]...)
	case 2:
		return append(append(doc[:at:at], mark), whole[at:]...)
	case 3:
		return append(doc[:at:at], whole[at/2:]...)
	}
	return doc[:at]
}

func BenchmarkQuickReading(b *testing.B) {
	var docs []string
	for camera := range inventorytest.France(500) {
		doc, err := json.Marshal(camera)
		if err != nil {
			b.Fatal(err)
		}
		docs = append(docs, string(doc))
	}
	b.ReportAllocs()
	records, at := make([]inventory.Camera, 16), 0
	for b.Loop() { // some at once, as a page is read
		clear(records)
		if err := sqlite.ReadAll(docs[at:at+len(records)], records); err != nil {
			b.Fatal(err)
		}
		at = (at + len(records)) % (len(docs) - len(records))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/document")
}
