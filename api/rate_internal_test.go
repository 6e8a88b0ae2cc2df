package api

import (
	"strconv"
	"testing"
	"time"
)

// TestPartitionsForget: however many ask, no more than so many are remembered, and whoever asked last keeps what is used up.
func TestPartitionsForget(t *testing.T) {
	t.Parallel()
	p := newPartitions(policy{"address", 2, 1}, 10)
	now := time.Unix(0, 0)
	for i := range 1000 {
		p.take("faithful", 1, now)
		p.take(strconv.Itoa(i), 1, now)
	}
	if len(p.known) != 10 || p.order.Len() != 10 {
		t.Errorf("%d and %d are remembered", len(p.known), p.order.Len())
	}
	if _, ok := p.take("faithful", 1, now); ok {
		t.Error("who asks all the time is forgotten")
	}
	if _, ok := p.take("3", 1, now); !ok {
		t.Error("who asked long ago is not forgotten")
	}
}

// TestPolicies: a quota comes back at its rate, or at midnight, and never grows beyond itself; a clock that is put back takes
// nothing away.
func TestPolicies(t *testing.T) {
	t.Parallel()
	flow, day := policy{"flow", 10, 2}, policy{"day", 100, 0}
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		policy policy
		left   float64
		then   time.Time
		want   float64
		fullIn int
	}{
		"at once":         {flow, 3, noon, 3, 4},
		"half a second":   {flow, 3, noon.Add(-500 * time.Millisecond), 4, 3},
		"an hour":         {flow, 3, noon.Add(-time.Hour), 10, 1},
		"clock put back":  {flow, 3, noon.Add(time.Hour), 3, 4},
		"the same day":    {day, 3, noon.Add(-12 * time.Hour), 3, 12 * 3600},
		"the day before":  {day, 3, noon.Add(-12*time.Hour - time.Second), 100, 12 * 3600},
		"another day yet": {day, 0, noon.Add(-48 * time.Hour), 100, 12 * 3600},
	} {
		got := test.policy.now(test.left, test.then, noon)
		if fullIn := test.policy.fullInS(got, noon); got != test.want || fullIn != test.fullIn {
			t.Errorf("%s: %v left, whole in %d s, want %v and %d", name, got, fullIn, test.want, test.fullIn)
		}
	}
	if flow.windowS() != 5 || day.windowS() != 86400 {
		t.Errorf("windows of %d and %d s", flow.windowS(), day.windowS())
	}
}
