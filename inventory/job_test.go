package inventory_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// begun is a moment in the life of the jobs of these tests.
func begun() time.Time { return time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC) }

func queuedJob() inventory.Job {
	return inventory.Job{
		ID: "job", Kind: inventory.JobAudit, Request: json.RawMessage(`{}`), State: inventory.JobQueued,
		CreatedAt: inventory.InstantOf(begun()),
	}
}

// TestLease: a job is one worker's at a time, until it lets go or does not renew its lease in time.
func TestLease(t *testing.T) {
	job := queuedJob()
	const lease = time.Minute
	steps := []struct {
		name  string
		do    func() error
		want  error
		state inventory.JobState
	}{
		{"taken", func() error { return job.Take("a", begun(), lease) }, nil, inventory.JobRunning},
		{"taken already", func() error { return job.Take("b", begun().Add(lease-time.Millisecond), lease) }, inventory.ErrJobLost, inventory.JobRunning},
		{"renewed", func() error { return job.Renew("a", begun().Add(2*lease), inventory.JobProgress{Done: 1}) }, nil, inventory.JobRunning},
		{"not lapsed any more", func() error { return job.Take("b", begun().Add(lease), lease) }, inventory.ErrJobLost, inventory.JobRunning},
		{"lapsed", func() error { return job.Take("b", begun().Add(2*lease), lease) }, nil, inventory.JobRunning},
		{"lost", func() error { return job.Renew("a", begun().Add(9*lease), inventory.JobProgress{}) }, inventory.ErrJobLost, inventory.JobRunning},
		{"not to be ended by the one who lost it", func() error { return job.Succeed("a", begun(), "/x") }, inventory.ErrJobLost, inventory.JobRunning},
		{"nor given back", func() error { return job.GiveBack("a") }, inventory.ErrJobLost, inventory.JobRunning},
		{"given back", func() error { return job.GiveBack("b") }, nil, inventory.JobQueued},
		{"taken again", func() error { return job.Take("c", begun(), lease) }, nil, inventory.JobRunning},
		{"cancelled", func() error { return job.Cancel(begun()) }, nil, inventory.JobCancelled},
		{"cancelled already", func() error { return job.Cancel(begun()) }, inventory.ErrJobEnded, inventory.JobCancelled},
		{"too late", func() error { return job.Fail("c", begun(), json.RawMessage(`{}`)) }, inventory.ErrJobLost, inventory.JobCancelled},
	}
	for _, step := range steps {
		if err := step.do(); !errors.Is(err, step.want) {
			t.Fatalf("%s: %v", step.name, err)
		}
		if job.State != step.state {
			t.Fatalf("%s: the job is %s", step.name, job.State)
		}
		if err := job.Validate(); err != nil {
			t.Errorf("%s: %v", step.name, err)
		}
	}
	if job.Attempts != 2 {
		t.Errorf("%d attempts: the one that was given back counts", job.Attempts)
	}
}

func TestJobFaults(t *testing.T) {
	for field, spoil := range map[string]func(*inventory.Job){
		"kind":      func(j *inventory.Job) { j.Kind = "dream" },
		"state":     func(j *inventory.Job) { j.State = "asleep" },
		"request":   func(j *inventory.Job) { j.Request = nil },
		"problem":   func(j *inventory.Job) { j.Problem = json.RawMessage(`{}`) },
		"lease":     func(j *inventory.Job) { j.Lease = &inventory.JobLease{Worker: "w"} },
		"endedAt":   func(j *inventory.Job) { j.EndedAt = &j.CreatedAt },
		"result":    func(j *inventory.Job) { j.Result = "/x" },
		"createdAt": func(j *inventory.Job) { j.CreatedAt = inventory.Instant{} },
		"owner":     func(j *inventory.Job) { j.Owner = "no identifier" },
	} {
		job := queuedJob()
		spoil(&job)
		var invalid *inventory.InvalidError
		if !errors.As(job.Validate(), &invalid) || !slices.ContainsFunc(invalid.Faults, func(f inventory.Fault) bool { return f.Field == field }) {
			t.Errorf("%s: %v", field, job.Validate())
		}
	}
}

// TestSweep: what has expired goes, and nothing else.
func TestSweep(t *testing.T) { eachStore(t, testSweep) }

func testSweep(t *testing.T, store inventory.Store) {
	t.Helper()
	now := begun()
	ended := func(id inventory.ID, ago time.Duration) inventory.Job {
		job := queuedJob()
		job.ID, job.CreatedAt = id, inventory.InstantOf(now.Add(-30*24*time.Hour))
		if err := job.Cancel(now.Add(-ago)); err != nil {
			t.Fatal(err)
		}
		return job
	}
	old := queuedJob()
	old.ID, old.CreatedAt = "waits", inventory.InstantOf(now.Add(-30*24*time.Hour))
	if err := store.Jobs().Put(t.Context(), old, ended("kept", inventory.JobKept-time.Second), ended("gone", inventory.JobKept+time.Second)); err != nil {
		t.Fatal(err)
	}
	blob := func(id inventory.ID, in time.Duration) inventory.Blob {
		return inventory.Blob{ID: id, Data: []byte{0}, ExpiresAt: inventory.InstantOf(now.Add(in))}
	}
	if err := store.Blobs().Put(t.Context(), blob("kept", time.Second), blob("gone", -time.Second)); err != nil {
		t.Fatal(err)
	}
	jobs, blobs, err := inventory.Sweep(t.Context(), store, now)
	if jobs != 1 || blobs != 1 || err != nil {
		t.Errorf("%d jobs and %d blobs were removed, %v", jobs, blobs, err)
	}
	if _, err := store.Jobs().Get(t.Context(), "kept"); err != nil {
		t.Error(err)
	}
	if _, err := store.Jobs().Get(t.Context(), "waits"); err != nil {
		t.Error(err)
	}
	if _, err := store.Blobs().Get(t.Context(), "kept"); err != nil {
		t.Error(err)
	}
}

// TestBlobsAreForVigieItself: no account reads them, whatever its role.
func TestBlobsAreForVigieItself(t *testing.T) {
	store := openStore(t)
	guarded := inventory.Guard(store, nil)
	if err := store.Blobs().Put(t.Context(), inventorytest.FullBlob()); err != nil {
		t.Fatal(err)
	}
	for _, role := range inventory.Roles() {
		ctx := inventory.WithCaller(t.Context(), inventory.Caller{Account: "a", Role: role, Holder: "holder:1", Scopes: inventory.Scopes()})
		if _, err := guarded.Blobs().Get(ctx, inventorytest.FullBlob().ID); !errors.Is(err, inventory.ErrForbidden) {
			t.Errorf("%s reads a blob: %v", role, err)
		}
	}
	if _, err := guarded.Blobs().Get(inventory.WithCaller(t.Context(), inventory.LocalCaller()), inventorytest.FullBlob().ID); err != nil {
		t.Error(err)
	}
}
