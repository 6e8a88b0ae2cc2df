package inventory

import (
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"
)

// RowChange is what an import changes of a record that was there.
type RowChange string

// The changes. A record may have several at once.
const (
	RowRelabelled RowChange = "relabelled" // its name or address
	RowMoved      RowChange = "moved"      // its place, by a decimetre or more
	RowReshaped   RowChange = "reshaped"   // its surface or line
	RowReaimed    RowChange = "reaimed"    // where a head looks
	RowReequipped RowChange = "reequipped" // its heads, device or mounting otherwise
	RowRestated   RowChange = "restated"   // its status, or since when
	RowReturned   RowChange = "returned"   // it was retired, and the file has it again
	RowOther      RowChange = "other"
)

// RowChanges are all changes.
func RowChanges() []RowChange {
	return []RowChange{
		RowRelabelled, RowMoved, RowReshaped, RowReaimed, RowReequipped, RowRestated, RowReturned, RowOther,
	}
}

// RowChangeCounts counts the updated records by what changed of them; one with several changes counts in each.
type RowChangeCounts struct {
	Relabelled int `json:"relabelled"`
	Moved      int `json:"moved"`
	Reshaped   int `json:"reshaped"`
	Reaimed    int `json:"reaimed"`
	Reequipped int `json:"reequipped"`
	Restated   int `json:"restated"`
	Returned   int `json:"returned"`
	Other      int `json:"other"`
}

// of is the count of a change.
func (c *RowChangeCounts) of(change RowChange) *int {
	switch change {
	case RowRelabelled:
		return &c.Relabelled
	case RowMoved:
		return &c.Moved
	case RowReshaped:
		return &c.Reshaped
	case RowReaimed:
		return &c.Reaimed
	case RowReequipped:
		return &c.Reequipped
	case RowRestated:
		return &c.Restated
	case RowReturned:
		return &c.Returned
	case RowOther:
	}
	return &c.Other
}

// Count is how many records have a change; 0 of one that is none.
func (c RowChangeCounts) Count(change RowChange) int {
	if !slices.Contains(RowChanges(), change) {
		return 0
	}
	return *c.of(change)
}

func (c *RowChangeCounts) add(more RowChangeCounts) {
	for _, change := range RowChanges() {
		*c.of(change) += *more.of(change)
	}
}

// movedLeastM is how far a place must be from where it was to count as moved, metres: what is written with six decimals of a
// degree moves by less.
const movedLeastM = 0.1

// differing is what differs between two records of one kind.
type differing struct {
	// fields are their paths, in the order of the paths.
	fields  []string
	changes []RowChange
	// movedM is how far the place is from where it was, metres; nil of what was not moved.
	movedM *float64
}

// mostFields bounds the fields that are named of one record.
const mostFields = 50

// differenceOf tells what differs between two records, but for where they come from. The tree is of their type, and serves
// again.
func differenceOf[T Record](fields *fieldTree, before, after T) (d differing) {
	was, is := textsOf(fields, before), textsOf(fields, after)
	fields.forgetEntries()
	for path, text := range was {
		if now, there := is[path]; !there || now != text {
			d.fields = append(d.fields, path)
		}
	}
	for path := range is {
		if _, there := was[path]; !there {
			d.fields = append(d.fields, path)
		}
	}
	d.place(before.Shape(), after.Shape())
	slices.Sort(d.fields)
	returned := was["status"] == string(Retired) && is["status"] != string(Retired) && was["retiredOn"] != ""
	for _, path := range d.fields {
		change := changeOf(path, d.movedM != nil)
		if change == RowRestated && returned {
			change = RowReturned
		}
		if !slices.Contains(d.changes, change) {
			d.changes = append(d.changes, change)
		}
	}
	d.fields = d.fields[:min(len(d.fields), mostFields)]
	return d
}

// textsOf are the texts of the fields of a record by their paths.
func textsOf[T Record](fields *fieldTree, record T) map[string]string {
	texts := map[string]string{}
	fields.each(reflect.ValueOf(record), func(field *fieldTree, value reflect.Value) {
		if !strings.HasPrefix(field.path, "provenance.") {
			texts[field.path] = field.text(value)
		}
	})
	return texts
}

// place compares places, which are no fields.
func (d *differing) place(before, after orb.Geometry) {
	if before == nil && after == nil || before != nil && after != nil && orb.Equal(before, after) {
		return
	}
	from, fromPoint := before.(orb.Point)
	to, toPoint := after.(orb.Point)
	if !fromPoint && !toPoint {
		d.fields = append(d.fields, "geometry")
		return
	}
	d.fields = append(d.fields, "location")
	if !fromPoint || !toPoint {
		return
	}
	if m := orbgeo.DistanceHaversine(from, to); m >= movedLeastM {
		m = math.Round(100*m) / 100
		d.movedM = &m
	}
}

// changeOf is what a field that differs means.
func changeOf(path string, moved bool) RowChange {
	head, _, _ := strings.Cut(path, ".")
	head, _, _ = strings.Cut(head, "[")
	switch head {
	case "name", "address":
		return RowRelabelled
	case "location":
		if moved {
			return RowMoved
		}
		return RowOther
	case "geometry":
		return RowReshaped
	case "status", "retiredOn", "inServiceSince":
		return RowRestated
	case "heads":
		if strings.HasSuffix(path, ".bearingDeg") || strings.HasSuffix(path, ".tiltDeg") {
			return RowReaimed
		}
		return RowReequipped
	case "device", "mounting":
		return RowReequipped
	}
	return RowOther
}

// count counts one record with its changes.
func (c *RowChangeCounts) count(changes []RowChange) {
	for _, change := range changes {
		*c.of(change)++
	}
}
