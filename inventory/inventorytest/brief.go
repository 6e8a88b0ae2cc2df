package inventorytest

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// testBrief: the brief forms of studies and plans are found as the whole ones are, also after they were changed.
func testBrief(t *testing.T, h Harness) {
	store := fresh(t, h)
	const records = 40
	for i := range records {
		study, plan := FullAssessment(), FullRecommendation()
		study.ID, plan.ID = inventory.ID(fmt.Sprintf("study:%02d", i)), inventory.ID(fmt.Sprintf("plan:%02d", i))
		study.Owner, plan.Owner = inventory.ID(fmt.Sprintf("holder:%d", i%3)), inventory.ID(fmt.Sprintf("holder:%d", i%3))
		west := float64(i)
		study.Result.Perimeter = inventory.Surface{{{{west, 0}, {west + 0.5, 0}, {west + 0.5, 0.5}, {west, 0.5}, {west, 0}}}}
		plan.Result.Perimeter = study.Result.Perimeter
		put(t, store.Assessments(), study)
		put(t, store.Recommendations(), plan)
	}
	_, err := store.Assessments().Update(t.Context(), "study:07", func(a *inventory.Assessment) error {
		a.Request.Name, a.Result.Cameras = "changed", nil
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Assessments().Delete(t.Context(), "study:08", nil); err != nil {
		t.Fatal(err)
	}
	for _, q := range []inventory.Query{
		{}, {Limit: 7}, {After: "study:11", Limit: 5}, {After: "plan:11", Limit: 5},
		{Area: orb.Bound{Min: orb.Point{3.5, -1}, Max: orb.Point{9.5, 2}}},
		{Area: orb.Bound{Min: orb.Point{3.5, -1}, Max: orb.Point{9.5, 2}}, Limit: 2},
		{Where: []inventory.Condition{{Attr: inventory.AttrHolder, In: []string{"holder:1"}}}},
	} {
		sameBrief(t, store.Assessments(), q)
		sameBrief(t, store.Recommendations(), q)
	}
}

// sameBrief holds the brief forms against those of the records that are found whole.
func sameBrief[T inventory.Record](t *testing.T, shelf inventory.Shelf[T], q inventory.Query) {
	t.Helper()
	whole, err := inventory.All(t.Context(), shelf, q)
	if err != nil {
		t.Fatal(err)
	}
	var brief []T
	for record, err := range inventory.FindBrief(t.Context(), shelf, q) {
		if err != nil {
			t.Fatal(err)
		}
		brief = append(brief, record)
	}
	if len(brief) != len(whole) {
		t.Fatalf("%+v gives %d brief records of %d", q, len(brief), len(whole))
	}
	for i, record := range whole {
		if want := inventory.BriefOf(record); inventory.Tag(brief[i]) != inventory.Tag(want) || !reflect.DeepEqual(brief[i].Shape(), want.Shape()) {
			t.Errorf("%+v gives %+v in brief, not %+v", q, brief[i], want)
		}
	}
}
