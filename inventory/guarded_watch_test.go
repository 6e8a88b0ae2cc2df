package inventory_test

import (
	"errors"
	"testing"

	"vigie/inventory"
)

// TestGuardWatch: who may read and write all cameras can have their shelf watched, and hears of every write; from the others it
// is kept that somebody writes.
func TestGuardWatch(t *testing.T) {
	t.Parallel()
	raw, guarded := guardedTown(t)
	watched, can := guarded.Cameras().(inventory.Watcher)
	if !can {
		t.Fatal("the shelf cannot be watched")
	}
	changes, err := watched.Watch(as(t, inventory.LocalCaller()))
	if err != nil || changes() != 0 {
		t.Fatal(err)
	}
	if err := raw.Cameras().Delete(t.Context(), "c0-north", nil); err != nil || changes() != 1 {
		t.Errorf("%d changes, %v", changes(), err)
	}
	for name, caller := range map[string]inventory.Caller{
		"editor": editor("south"), "expert": expert(inventory.Mandate{Departments: []string{"59"}}),
	} {
		if _, err := watched.Watch(as(t, caller)); !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, inventory.ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
