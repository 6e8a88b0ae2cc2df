package advisory_test

import (
	"fmt"
	"slices"
	"testing"

	"vigie/inventory"
)

// TestAnAdvisorTellsItsSteps: in their order, and only to whom it was told to.
func TestAnAdvisorTellsItsSteps(t *testing.T) {
	w := newTown(t)
	w.putCameras(w.camera("c", 0, 0, looking(40)))
	var told []string
	advisor := w.advisor()
	telling := advisor.Telling(func(step string, done, total int) { told = append(told, fmt.Sprintf("%s %d/%d", step, done, total)) })
	study := inventory.AssessmentRequest{Perimeter: w.square(-50, -50, 50, 50)}
	if first, second := w.assessBy(telling, study), w.assessBy(advisor, study); first.InputHash != second.InputHash {
		t.Error("telling changes the study")
	}
	if want := []string{"gather 0/3", "compute 1/3", "share 2/3"}; !slices.Equal(told, want) {
		t.Errorf("told %q, not %q", told, want)
	}
}
