package advisory_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"testing/fstest"

	"vigie/advisory"
	"vigie/inventory"
)

// What a session found of other subjects changes nothing of what it finds of one: findings are remembered by all that they
// depend on. There are more than are remembered at once, some come back, and some limits depend on the place.
func TestJudgeRemembersExactly(t *testing.T) {
	book, err := advisory.LoadOverlay(fstest.MapFS{"overlay.yaml": {Data: []byte(`edition: "local"
limits:
  - name: surroundingsM
    territory: ["34"]
    value: {value: 1.5, source: arrêté local, verified: practice}
  - name: linkLoadPct
    territory: ["30"]
    value: {value: 20, source: arrêté local, verified: practice}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	session, err := book.On(auditDay, "")
	if err != nil {
		t.Fatal(err)
	}
	f := newFleet(5)
	var cases []advisory.Facts
	for i := range 300 {
		deployment := f.deployment("d", "h")
		deployment.Department = []string{"34", "30", "69", ""}[i%4]
		camera := f.camera(inventory.ID(fmt.Sprint("c", i)), "h", "d")
		c := advisory.Case{Holder: f.holder("h"), Deployment: deployment, Cameras: []inventory.Camera{camera}, Camera: camera, Head: camera.Heads[0]}
		cases = append(cases, c.Facts(inventory.SubjectCamera))
	}
	alone := make([][]advisory.Finding, len(cases))
	dice := rand.New(rand.NewPCG(3, 5))
	for range 2 {
		for _, i := range dice.Perm(len(cases)) {
			found, err := session.Judge(inventory.SubjectCamera, cases[i])
			if err != nil {
				t.Fatal(err)
			}
			if alone[i] == nil {
				alone[i] = judgedAlone(t, book, cases[i])
			}
			if !reflect.DeepEqual(found, alone[i]) {
				t.Fatalf("camera %d: other findings than those of a session of its own", i)
			}
		}
	}
}

// judgedAlone are the findings of a session that judged nothing else.
func judgedAlone(t *testing.T, book *advisory.Book, facts advisory.Facts) []advisory.Finding {
	t.Helper()
	fresh := *book // without the sessions that the book holds
	session, err := fresh.On(auditDay, "")
	if err != nil {
		t.Fatal(err)
	}
	found, err := session.Judge(inventory.SubjectCamera, facts)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// A book gives the same session again, and never that of another book.
func TestSessionsAreHeld(t *testing.T) {
	book := newBook(t)
	on := func(b *advisory.Book, at inventory.Date, scale string) *advisory.Session {
		t.Helper()
		session, err := b.On(at, scale)
		if err != nil {
			t.Fatal(err)
		}
		return session
	}
	changed, err := book.WithLimits(map[string]string{"linkLoadPct": "30"})
	if err != nil {
		t.Fatal(err)
	}
	first := on(book, auditDay, "")
	if on(book, auditDay, book.Params.DefaultScale.Value) != first {
		t.Error("the session of a day is made twice")
	}
	copied := *book
	for name, other := range map[string]*advisory.Session{
		"limits": on(changed, auditDay, ""), "day": on(book, "2026-11-22", ""), "scale": on(book, auditDay, "dori-2014"), "copy": on(&copied, auditDay, ""),
	} {
		if other == first {
			t.Errorf("%s: the session of another is given", name)
		}
	}
}
