package inventory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// changeViews is what one reader sees of the changes of each kind; of kinds that are not there it sees nothing.
type changeViews struct {
	kinds map[string]changeView
	// reach differs when what the reader may read does.
	reach string
}

// changeView is what a reader sees of the changes of one kind.
type changeView struct {
	// show makes of a state what the reader sees; nil when it does not see the record.
	show func(state json.RawMessage) (*shownState, error)
	// secrets tells whether it sees the secret fields of the record.
	secrets func(state json.RawMessage) (bool, error)
}

// shownState is a record as a reader sees it.
type shownState struct {
	text  json.RawMessage // nil of a study
	shape orb.Geometry
}

// views are those of the caller of a context.
func (g guarded) views(ctx context.Context) (changeViews, error) {
	b := viewBuilder{ctx: ctx, views: changeViews{kinds: map[string]changeView{}}}
	cameras := g.cameras()
	cameras.coarse = coarseCamera
	for _, err := range []error{
		addView(&b, guardedOf(kindHolders, g.store.Holders())),
		addView(&b, guardedOf(kindDeployments, g.store.Deployments())),
		addView(&b, cameras),
		addView(&b, guardedOf(kindAreas, g.store.Areas())),
		addView(&b, guardedOf(kindObstacles, g.store.Obstacles())),
		addView(&b, guardedOf(kindCandidates, g.store.Candidates())),
		addOutlines(&b, guardedOf(kindAssessments, g.store.Assessments())),
		addOutlines(&b, guardedOf(kindAudits, g.store.Audits())),
		addOutlines(&b, guardedOf(kindRecommendations, g.store.Recommendations())),
	} {
		if err != nil {
			return changeViews{}, err
		}
	}
	if len(b.views.kinds) == 0 {
		return changeViews{}, fmt.Errorf("read changes: %w", ErrForbidden)
	}
	b.views.reach = fingerprint(b.reach.String())
	return b.views, nil
}

func guardedOf[T Record](kind string, shelf Shelf[T]) *guardedShelf[T] {
	return &guardedShelf[T]{kind: kind, shelf: shelf}
}

// viewBuilder gathers the views of a caller.
type viewBuilder struct {
	ctx   context.Context //nolint:containedctx // of one call
	views changeViews
	reach strings.Builder
}

// reachOf is what the caller may read of a kind; ok is false when that is nothing.
func reachOf[T Record](b *viewBuilder, shelf *guardedShelf[T]) (may, secret reach, ok bool, err error) {
	may, err = shelf.reach(b.ctx, Read)
	if errors.Is(err, ErrForbidden) {
		return may, secret, false, nil
	}
	if err != nil {
		return may, secret, false, err
	}
	secret = secretsOf(b.ctx, Read, shelf.kind)
	fmt.Fprintf(&b.reach, "%s %+v %+v\n", shelf.kind, may, secret)
	return may, secret, true, nil
}

// addView adds the view of a kind whose records are kept whole.
func addView[T Record](b *viewBuilder, shelf *guardedShelf[T]) error {
	may, secret, ok, err := reachOf(b, shelf)
	if err != nil || !ok {
		return err
	}
	b.views.kinds[shelf.kind] = changeView{
		show: func(state json.RawMessage) (*shownState, error) {
			var record T
			if err := json.Unmarshal(state, &record); err != nil {
				return nil, err
			}
			exact := may.holds(record)
			record, seen := shelf.shown(may, record)
			switch {
			case !seen:
				return nil, nil //nolint:nilnil // nothing is seen
			case exact:
				return &shownState{state, record.Shape()}, nil
			}
			text, err := json.Marshal(record)
			return &shownState{text, record.Shape()}, err
		},
		secrets: func(state json.RawMessage) (bool, error) {
			var record T
			err := json.Unmarshal(state, &record)
			return secret.holds(record), err
		},
	}
	return nil
}

// addOutlines adds the view of a kind of study.
func addOutlines[T Record](b *viewBuilder, shelf *guardedShelf[T]) error {
	may, _, ok, err := reachOf(b, shelf)
	if err != nil || !ok {
		return err
	}
	b.views.kinds[shelf.kind] = changeView{
		show: func(state json.RawMessage) (*shownState, error) {
			var study studyOutline
			if err := json.Unmarshal(state, &study.outlined); err != nil || !may.holds(study) {
				return nil, err
			}
			return &shownState{}, nil
		},
		secrets: func(json.RawMessage) (bool, error) { return false, nil },
	}
	return nil
}

// studyOutline is an outline as a record, for what decides who sees it.
type studyOutline struct{ outlined }

// Key is the identifier of the study.
func (s studyOutline) Key() ID { return s.ID }

// Shape is nil: nobody sees a study for where it is.
func (s studyOutline) Shape() orb.Geometry { return nil }

// Validate is nil.
func (s studyOutline) Validate() error { return nil }

// Attributes are those of the study.
func (s studyOutline) Attributes() Attributes { return s.outlined.Attributes }

// told is a change as a reader sees it; nil when it sees none.
func (v changeView) told(c changed, area orb.Geometry) (*ToldChange, error) {
	var before, after *shownState
	for _, was := range c.Was {
		shown, err := v.show(was)
		if err != nil {
			return nil, err
		}
		if shown != nil {
			before = shown
		}
	}
	if c.Now != nil {
		var err error
		if after, err = v.show(c.Now); err != nil {
			return nil, err
		}
	}
	t := &ToldChange{Record: c.ID}
	switch {
	case before == nil && after == nil:
		return nil, nil //nolint:nilnil // nothing is seen
	case before == nil:
		t.Change, t.After = ChangeCreated, after.text
	case after == nil:
		t.Change, t.Before = ChangeDeleted, before.text
	default:
		t.Change, t.Before, t.After = ChangeUpdated, before.text, after.text
		if bytes.Equal(before.text, after.text) && !c.again() {
			seen, err := v.secrets(c.Now)
			if err != nil || !seen || !c.Secret {
				return nil, err
			}
		}
	}
	if area != nil && !before.within(area) && !after.within(area) {
		return nil, nil //nolint:nilnil // it is elsewhere
	}
	return t, nil
}

// again tells that a record is told as it may have been told before, or not: nobody knows who has seen it. It is told to all
// who may see it.
func (c changed) again() bool {
	return !c.Secret && slices.ContainsFunc(c.Was, func(was json.RawMessage) bool { return bytes.Equal(was, c.Now) })
}

// within tells whether a record is in an area, as its reader sees it.
func (s *shownState) within(area orb.Geometry) bool {
	return s != nil && s.shape != nil && Query{Area: area}.Matches(placed{s.shape})
}

// placed is a place as a record.
type placed struct{ at orb.Geometry }

// Key is empty.
func (p placed) Key() ID { return "" }

// Shape is the place.
func (p placed) Shape() orb.Geometry { return p.at }

// Validate is nil.
func (p placed) Validate() error { return nil }

// Attributes are none.
func (p placed) Attributes() Attributes { return nil }
