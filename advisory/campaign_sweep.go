package advisory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"

	"vigie/geo"
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

// swept is what became of a deployment; result is nil when the selection does not take it.
type swept[R any] struct {
	deployment inventory.ID
	result     *R
}

// sweep judges the deployments of a store on all processors, and hands on what became of each in the order of their keys.
// It holds a few batches at a time, however many there are.
type sweep[R any] struct {
	advisor   Advisor
	selection Selection
	// asked is what is asked of each deployment, but for its name.
	asked inventory.AuditRequest
	// after is the key of the last deployment that is left out, with those before it.
	after inventory.ID
	// judge is given the dossier of a deployment; unmeasured tells why geometry could not be worked out for it.
	judge func(d *Dossier, unmeasured error) (R, error)
	take  func(swept[R]) error
	// places tells that there are any to watch in the store.
	places bool
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
	watched := inventory.Query{Where: only(inventory.AttrCategory, string(inventory.AreaPriority)), Limit: 1}
	for _, err := range s.advisor.Store.Areas().Find(ctx, watched) {
		if err != nil {
			return fmt.Errorf("read areas: %w", err)
		}
		s.places = true
	}
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
	for deployment, err := range s.advisor.Store.Deployments().Find(ctx, query) {
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
	dossiers, err := s.dossiers(ctx, deployments)
	if err != nil {
		return nil, err
	}
	results := make([]swept[R], len(dossiers))
	for i, d := range dossiers {
		results[i].deployment = d.request.Deployment
		if !s.selection.takes(d.holder(d.deployments[0].Holder)) {
			continue
		}
		result, err := s.judgeOne(ctx, d)
		if err != nil {
			return nil, fmt.Errorf("deployment %q: %w", d.request.Deployment, err)
		}
		results[i].result = &result
	}
	return results, nil
}

// judgeOne reads the places that a deployment is to watch, measures what is asked, and judges. A scene that the coverage
// engine refuses leaves the facts of geometry unknown: one deployment does not end a campaign.
func (s *sweep[R]) judgeOne(ctx context.Context, d *Dossier) (R, error) {
	var none R
	if s.places {
		if err := s.advisor.readAreasOf(ctx, d); err != nil {
			return none, err
		}
	}
	d.sort()
	var unmeasured error
	if !d.request.WithoutGeometry {
		err := s.advisor.measure(ctx, d)
		var violation *geo.Violation
		switch {
		case errors.Is(err, geo.ErrTooLarge) || errors.As(err, &violation):
			unmeasured = err
		case err != nil:
			return none, err
		}
	}
	return s.judge(d, unmeasured)
}

// dossiers reads the holders and the cameras of some deployments. A holder that is not in the store stays unknown.
func (s *sweep[R]) dossiers(ctx context.Context, deployments []inventory.Deployment) ([]*Dossier, error) {
	wanted, ids := map[inventory.ID]bool{}, make([]string, len(deployments))
	for i := range deployments {
		wanted[deployments[i].Holder], ids[i] = true, string(deployments[i].ID)
	}
	cameras := map[inventory.ID][]inventory.Camera{}
	where := []inventory.Condition{{Attr: inventory.AttrDeployment, In: ids}}
	for camera, err := range s.advisor.Store.Cameras().Find(ctx, inventory.Query{Where: where}) {
		if err != nil {
			return nil, fmt.Errorf("read cameras: %w", err)
		}
		cameras[camera.Deployment] = append(cameras[camera.Deployment], camera)
		wanted[camera.Holder] = true
	}
	holders, err := inventory.GetAll(ctx, s.advisor.Store.Holders(), slices.Sorted(maps.Keys(wanted)))
	if err != nil {
		return nil, fmt.Errorf("read holders: %w", err)
	}
	dossiers := make([]*Dossier, len(deployments))
	for i, deployment := range deployments {
		d := &Dossier{
			request: s.asked, software: s.advisor.Software, subject: deploymentSubject(deployment),
			deployments: []inventory.Deployment{deployment}, cameras: cameras[deployment.ID],
			of: map[inventory.ID][]inventory.Camera{deployment.ID: cameras[deployment.ID]},
		}
		d.request.Deployment = deployment.ID
		for _, id := range d.holderIDs() {
			if holder, known := holders[id]; known {
				d.holders = append(d.holders, holder)
			}
		}
		dossiers[i] = d
	}
	return dossiers, nil
}
