package advisory_test

import (
	"testing"

	"vigie/advisory"
	"vigie/inventory"
)

// A rating is read from a code of its own standard alone: what is written otherwise stays unknown.
func TestRatings(t *testing.T) {
	for code, want := range map[string][2]any{
		"IP66": {66, nil}, "IP69K": {69, nil}, "IP67": {67, nil}, "IK10": {nil, 10}, "IK08": {nil, 8},
		"IP6X": {}, "ip66": {}, "66": {}, "IP": {}, "IP6": {}, "IP+6": {}, "IP666": {}, "": {},
	} {
		c := advisory.Case{Camera: inventory.Camera{Device: inventory.Device{IngressRating: code, ImpactRating: code}}}
		facts := c.Facts(inventory.SubjectCamera)
		if got := [2]any{facts["device.ip"], facts["device.ik"]}; got != want {
			t.Errorf("%q: %v, want %v", code, got, want)
		}
	}
}
