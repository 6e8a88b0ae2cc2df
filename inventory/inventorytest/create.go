package inventorytest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// testManyCreators: of many that create one key at once, through two handles of one store, exactly one succeeds, and
// what it stored is there.
func testManyCreators(t *testing.T, h Harness) {
	const creators, rounds = 16, 10
	location := h.New(t)
	handles := []inventory.Store{reopened(t, h, location), reopened(t, h, location)}
	for round := range rounds {
		id := fmt.Sprintf("new-%d", round)
		won := make(chan string, creators)
		var group sync.WaitGroup
		for i := range creators {
			group.Go(func() {
				c := cameraAt(id, orb.Point{})
				c.Name = fmt.Sprintf("by creator %d", i)
				err := create(t, handles[i%len(handles)].Cameras(), c)
				switch {
				case err == nil:
					won <- c.Name
				case !errors.Is(err, inventory.ErrExists):
					t.Errorf("Create: %v", err)
				}
			})
		}
		group.Wait()
		if len(won) != 1 {
			t.Fatalf("%d of %d creators of one key succeeded", len(won), creators)
		}
		if winner, got := <-won, get(t, handles[0].Cameras(), inventory.ID(id)).Name; got != winner {
			t.Errorf("what is there was stored %q, not %q, who succeeded", got, winner)
		}
	}
}

// testCreate: every shelf creates what is not there, whole and found by the indexes, refuses what is there whatever its
// place, and what is invalid.
func testCreate(t *testing.T, h Harness) {
	store := fresh(t, h)
	creates(t, store.Holders(), FullHolder())
	creates(t, store.Deployments(), FullDeployment())
	creates(t, store.Cameras(), FullCamera())
	creates(t, store.Areas(), FullArea())
	creates(t, store.Obstacles(), FullObstacle())
	creates(t, store.Assessments(), FullAssessment())
	creates(t, store.Candidates(), FullCandidate())
	creates(t, store.Recommendations(), FullRecommendation())
	creates(t, store.Equipment(), FullEquipment())
	creates(t, store.Accounts(), FullAccount())
	creates(t, store.Sessions(), FullSession())
	creates(t, store.Conventions(), FullConvention())
	creates(t, store.Journal(), FullEntry())
	creates(t, store.Changes(), FullChange())
	creates(t, store.Subscriptions(), FullSubscription())
	creates(t, store.Jobs(), FullJob())
	creates(t, store.Blobs(), FullBlob())
	creates(t, store.Audits(), FullAudit())
	creates(t, store.Answers(), FullAnswer())
	elsewhere := FullCamera()
	elsewhere.Commune, elsewhere.Department = "2A004", "2A"
	if err := create(t, store.Cameras(), elsewhere); !errors.Is(err, inventory.ErrExists) {
		t.Errorf("a camera that is there was created in another département: %v", err)
	}
	var invalid *inventory.InvalidError
	if err := create(t, store.Cameras(), inventory.Camera{ID: "c"}); !errors.As(err, &invalid) {
		t.Errorf("an invalid camera was created: %v", err)
	}
	same(t, "Get", get(t, store.Cameras(), "camera:1"), FullCamera())
	selects(t, store.Cameras(), inventory.Query{Area: FullCamera().Shape().Bound()}, []inventory.ID{"camera:1"})
}

// testCreateAll: many are created in their order up to the first that is there or is invalid, and none in a store that stores
// all or none.
func testCreateAll(t *testing.T, h Harness) {
	store := fresh(t, h)
	shelf, ok := store.Cameras().(inventory.ManyCreator[inventory.Camera])
	if !ok {
		t.Fatalf("the shelf is no ManyCreator")
	}
	many := func(ids ...string) (records []inventory.Camera) {
		for _, id := range ids {
			records = append(records, cameraAt(id, orb.Point{}))
		}
		return records
	}
	if n, err := shelf.CreateAll(t.Context()); n != 0 || err != nil {
		t.Errorf("CreateAll of nothing: %d, %v", n, err)
	}
	if n, err := shelf.CreateAll(t.Context(), many("c", "a")...); n != 2 || err != nil {
		t.Errorf("CreateAll: %d, %v", n, err)
	}
	want, before := []inventory.ID{"a", "c"}, 0
	if !transactional(t, store) {
		want, before = []inventory.ID{"a", "b", "c"}, 1
	}
	if n, err := shelf.CreateAll(t.Context(), many("b", "c", "d")...); n != before || !errors.Is(err, inventory.ErrExists) {
		t.Errorf("CreateAll with one that is there: %d, %v", n, err)
	}
	if n, err := shelf.CreateAll(t.Context(), many("e", "e")...); n != before || !errors.Is(err, inventory.ErrExists) {
		t.Errorf("CreateAll of one twice: %d, %v", n, err)
	}
	if before > 0 {
		want = append(want, "e")
	}
	var invalid *inventory.InvalidError
	if n, err := shelf.CreateAll(t.Context(), append(many("f"), inventory.Camera{ID: "g"})...); n != 0 || !errors.As(err, &invalid) {
		t.Errorf("CreateAll with one that is invalid: %d, %v", n, err)
	}
	selects(t, store.Cameras(), inventory.Query{}, want)
}

func creates[T inventory.Record](t *testing.T, shelf inventory.Shelf[T], record T) {
	t.Helper()
	if err := create(t, shelf, record); err != nil {
		t.Errorf("Create of %T: %v", record, err)
	}
	if err := create(t, shelf, record); !errors.Is(err, inventory.ErrExists) {
		t.Errorf("Create of a %T that is there: %v", record, err)
	}
	same(t, "Get", get(t, shelf, record.Key()), record)
}

// create asks the shelf itself: one that is no Creator would be looked at, then put.
func create[T inventory.Record](t *testing.T, shelf inventory.Shelf[T], record T) error {
	t.Helper()
	creator, ok := shelf.(inventory.Creator[T])
	if !ok {
		t.Fatalf("the shelf of %T is no Creator", record)
	}
	return creator.Create(t.Context(), record)
}
