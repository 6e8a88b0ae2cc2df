package advisory

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	"vigie/inventory"
)

// Selection says which deployments of a store are meant: those that meet every condition that is given, all when none is.
type Selection struct {
	// Department and Commune are INSEE codes of the deployments, Holder the identifier of who holds them.
	Department string       `json:"department,omitempty"`
	Commune    string       `json:"commune,omitempty"`
	Holder     inventory.ID `json:"holder,omitempty"`
	// Regime is that of the deployments, HolderKind and HolderType are what their holders are.
	Regime     inventory.Regime     `json:"regime,omitempty"`
	HolderKind inventory.HolderKind `json:"holderKind,omitempty"`
	HolderType inventory.HolderType `json:"holderType,omitempty"`
}

func (s Selection) faults() []inventory.Fault {
	var faults []inventory.Fault
	check := func(field, value string, words []string) {
		if value != "" && !slices.Contains(words, value) {
			faults = append(faults, inventory.Fault{Field: field, Reason: fmt.Sprintf("%q is not one of %q", value, words)})
		}
	}
	check("regime", string(s.Regime), closedListOf(inventory.Regimes()))
	check("holderKind", string(s.HolderKind), closedListOf(inventory.HolderKinds()))
	check("holderType", string(s.HolderType), closedListOf(inventory.HolderTypes()))
	if s.Department != "" && !departmentPattern.MatchString(s.Department) {
		faults = append(faults, inventory.Fault{Field: "department", Reason: fmt.Sprintf("%q is not an INSEE département code", s.Department)})
	}
	return faults
}

// query selects what the store knows of deployments; what their holders are is seen later.
func (s Selection) query() inventory.Query {
	var where []inventory.Condition
	for _, c := range []struct {
		attr  inventory.Attr
		value string
	}{
		{inventory.AttrDepartment, s.Department}, {inventory.AttrCommune, s.Commune},
		{inventory.AttrHolder, string(s.Holder)}, {inventory.AttrCategory, string(s.Regime)},
	} {
		if c.value != "" {
			where = append(where, only(c.attr, c.value)...)
		}
	}
	return inventory.Query{Where: where}
}

func (s Selection) takes(holder inventory.Holder) bool {
	return (s.HolderKind == "" || s.HolderKind == holder.Kind) && (s.HolderType == "" || s.HolderType == holder.Type)
}

// system is a deployment with who holds it and all its cameras.
type system struct {
	holder     inventory.Holder
	deployment inventory.Deployment
	cameras    []inventory.Camera
}

// swept is what became of a deployment; result is nil when the selection does not take it.
type swept[R any] struct {
	deployment inventory.ID
	result     *R
}

// sweep judges the deployments of a store on all processors, and hands on what became of each in the order of their keys.
// It holds a few batches at a time, however many there are.
type sweep[R any] struct {
	store     inventory.Store
	selection Selection
	// after is the key of the last deployment that is left out, with those before it.
	after inventory.ID
	judge func(*system) (R, error)
	take  func(swept[R]) error
}

// batchSize is how many deployments are read and judged together.
const batchSize = 16

// batch is some deployments that follow each other.
type batch[R any] struct {
	deployments []inventory.Deployment
	results     []swept[R]
	err         error
	done        chan struct{}
}

func (s *sweep[R]) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	order, work := make(chan *batch[R], 2*workers), make(chan *batch[R])
	var readErr error
	var crew sync.WaitGroup
	crew.Go(func() {
		defer close(order)
		defer close(work)
		readErr = s.read(ctx, func(b *batch[R]) bool { return send(ctx, order, b) && send(ctx, work, b) })
	})
	for range workers {
		crew.Go(func() {
			for b := range work {
				b.results, b.err = s.judgeAll(ctx, b.deployments)
				close(b.done)
			}
		})
	}
	err := s.takeAll(ctx, order)
	stop()
	crew.Wait()
	if err == nil {
		err = readErr
	}
	return err
}

func send[T any](ctx context.Context, to chan<- T, what T) bool {
	select {
	case to <- what:
		return true
	case <-ctx.Done():
		return false
	}
}

// read gives the deployments in batches, until there are no more or hand says no.
func (s *sweep[R]) read(ctx context.Context, hand func(*batch[R]) bool) error {
	query := s.selection.query()
	query.After = s.after
	b := &batch[R]{done: make(chan struct{})}
	for deployment, err := range s.store.Deployments().Find(ctx, query) {
		if err != nil {
			return fmt.Errorf("read deployments: %w", err)
		}
		b.deployments = append(b.deployments, deployment)
		if len(b.deployments) < batchSize {
			continue
		}
		if !hand(b) {
			return ctx.Err()
		}
		b = &batch[R]{done: make(chan struct{})}
	}
	if len(b.deployments) > 0 && !hand(b) {
		return ctx.Err()
	}
	return nil
}

func (s *sweep[R]) takeAll(ctx context.Context, order <-chan *batch[R]) error {
	for b := range order {
		select {
		case <-b.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if b.err != nil {
			return b.err
		}
		for _, one := range b.results {
			if err := s.take(one); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

func (s *sweep[R]) judgeAll(ctx context.Context, deployments []inventory.Deployment) ([]swept[R], error) {
	systems, err := s.systems(ctx, deployments)
	if err != nil {
		return nil, err
	}
	results := make([]swept[R], len(systems))
	for i := range systems {
		results[i].deployment = systems[i].deployment.ID
		if !s.selection.takes(systems[i].holder) {
			continue
		}
		result, err := s.judge(&systems[i])
		if err != nil {
			return nil, fmt.Errorf("deployment %q: %w", systems[i].deployment.ID, err)
		}
		results[i].result = &result
	}
	return results, nil
}

// systems reads the holders and the cameras of some deployments. A holder that is not in the store stays unknown.
func (s *sweep[R]) systems(ctx context.Context, deployments []inventory.Deployment) ([]system, error) {
	wanted, ids := map[inventory.ID]bool{}, make([]string, len(deployments))
	for i := range deployments {
		wanted[deployments[i].Holder], ids[i] = true, string(deployments[i].ID)
	}
	holders, err := inventory.GetAll(ctx, s.store.Holders(), slices.Sorted(maps.Keys(wanted)))
	if err != nil {
		return nil, fmt.Errorf("read holders: %w", err)
	}
	cameras := map[inventory.ID][]inventory.Camera{}
	where := []inventory.Condition{{Attr: inventory.AttrDeployment, In: ids}}
	for camera, err := range s.store.Cameras().Find(ctx, inventory.Query{Where: where}) {
		if err != nil {
			return nil, fmt.Errorf("read cameras: %w", err)
		}
		cameras[camera.Deployment] = append(cameras[camera.Deployment], camera)
	}
	systems := make([]system, len(deployments))
	for i, d := range deployments {
		systems[i] = system{holder: holders[d.Holder], deployment: d, cameras: cameras[d.ID]}
	}
	return systems, nil
}

// hear judges the holder, the deployment, each camera and each head by sessions, and hands on their findings: one list for
// each session, which must not be kept. What takes the coverage engine stays unknown.
func (s *system) hear(sessions []*Session, see func(inventory.AuditSubject, [][]*Finding)) error {
	c, err := convene(sessions, nil, see)
	if err != nil {
		return err
	}
	defer c.adjourn()
	if err := c.hearHolder(s.holder); err != nil {
		return err
	}
	if err := c.hearDeployment(s.holder, s.deployment, s.cameras); err != nil {
		return err
	}
	for i := range s.cameras {
		if err := c.hearCamera(&s.cameras[i]); err != nil {
			return err
		}
	}
	return nil
}
