package advisory_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"vigie/advisory"
)

// What changes of all that advice rests on is told, and nothing else.
func TestCompareAdvice(t *testing.T) {
	load := func(change func(fstest.MapFS)) *advisory.Book {
		files := profileBook(t)
		files["rules/ADV-01.yaml"] = &fstest.MapFile{Data: []byte(smallAdvice)}
		change(files)
		book, err := advisory.Load(files)
		if err != nil {
			t.Fatal(err)
		}
		return book
	}
	before := load(func(fstest.MapFS) {})
	after := load(func(files fstest.MapFS) {
		replaced(t, files, "rules/ADV-01.yaml", "* 1.3", "* 1.5")
		replaced(t, files, "rules/ADV-01.yaml", "atLeast: 26", "atLeast: 30")
		replaced(t, files, "profiles/varifocal-4mp.yaml", "powerW: {value: 12,", "powerW: {value: 11,")
		replaced(t, files, "costs.yaml", "eur: [60, 120]", "eur: [70, 130]")
		replaced(t, files, "costs.yaml", "ceilingEur: 15000\n    minimumEur: 3000\n    capPct: 80\n    source: \"CSI", "ceilingEur: 12000\n    minimumEur: 3000\n    capPct: 80\n    source: \"CSI")
		files["rules/ADV-02.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(smallAdvice, "ADV-01", "ADV-02", 1))}
	})
	var told []string
	for _, c := range advisory.Compare(before, after) {
		told = append(told, c.What+" "+c.Field)
	}
	want := []string{"article trench_soft EUR", "profile varifocal-4mp PowerW", "rule ADV-01 specify", "rule ADV-02 added", "subsidy fipd CeilingEUR"}
	if !slices.Equal(told, want) {
		t.Errorf("%q, want %q", told, want)
	}
	if same := advisory.Compare(before, before); len(same) > 0 {
		t.Errorf("of a book and itself: %+v", same)
	}
	if undone := advisory.Compare(after, before); len(undone) != len(want) || undone[3].Field != "removed" || undone[3].Effect != advisory.Weaker {
		t.Errorf("%+v", undone)
	}
}
