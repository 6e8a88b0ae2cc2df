package inventory

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// JobKind is what a job makes.
type JobKind string

// The kinds of job.
const (
	JobAssessment     JobKind = "assessment"
	JobAudit          JobKind = "audit"
	JobRecommendation JobKind = "recommendation"
	JobImport         JobKind = "import"
	JobUndo           JobKind = "undo"
)

// JobKinds are all kinds of job.
func JobKinds() []JobKind {
	return []JobKind{JobAssessment, JobAudit, JobRecommendation, JobImport, JobUndo}
}

// Makes are the kinds of record that a job writes: who may write one of them may ask for it.
func (k JobKind) Makes() []string {
	switch k {
	case JobAssessment:
		return []string{kindAssessments}
	case JobAudit:
		return []string{kindAudits}
	case JobRecommendation:
		return []string{kindRecommendations}
	case JobImport, JobUndo:
		return []string{kindCameras, kindAreas, kindObstacles, kindCandidates, kindEquipment}
	}
	return nil
}

// JobState is how far a job is.
type JobState string

// The states. The last three are the ends: nothing follows them.
const (
	JobQueued    JobState = "queued"
	JobRunning   JobState = "running"
	JobSucceeded JobState = "succeeded"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// JobStates are all states.
func JobStates() []JobState {
	return []JobState{JobQueued, JobRunning, JobSucceeded, JobFailed, JobCancelled}
}

// Ended tells a state that nothing follows.
func (s JobState) Ended() bool { return s == JobSucceeded || s == JobFailed || s == JobCancelled }

// JobProgress is how far the work is.
type JobProgress struct {
	// Done and Total are counted in whatever the step counts; Total is 0 where nobody knows it.
	Done  int `json:"done,omitempty"`
	Total int `json:"total,omitempty"`
	// Step is what is being done, a word, as "gather".
	Step string `json:"step,omitempty"`
}

// JobLease is the right of one worker to do a job, for a while.
type JobLease struct {
	Worker ID `json:"worker"`
	// Until is when it lapses, unless the worker renews it before.
	Until Instant `json:"until"`
}

// JobAsker is who asked for a job, and with which rights it is done.
type JobAsker struct {
	// Account is that of the API key, or the identifier of the person; empty for the person at the machine itself.
	Account ID `json:"account,omitempty"`
	// Session is that of a person who signed in: the rights are the session's, as long as it is there.
	Session ID `json:"session,omitempty"`
	// Role and the rest are the rights of a person whose token was read; of others they are looked up when the job begins.
	Role        Role      `json:"role,omitempty"`
	Holder      ID        `json:"holder,omitempty"`
	Departments []string  `json:"departments,omitempty"`
	Mandates    []Mandate `json:"mandates,omitempty"`
	Scopes      []Scope   `json:"scopes,omitempty"`
	// What and Reason are for the lines of the journal that tell of what the job writes.
	What   string `json:"what,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Caller is a person with a token as a caller, on a day.
func (a JobAsker) Caller(day Date) Caller {
	return Caller{
		Account: a.Account, Role: a.Role, Holder: a.Holder, Departments: a.Departments, Mandates: a.Mandates, Scopes: a.Scopes, Day: day,
	}
}

// Job (tâche) is work that was asked for and that is done while nobody waits: the making of a study, an audit, a plan, an
// import, its undoing. One worker at a time has the lease of a job, whatever the number of servers on the store.
type Job struct {
	ID   ID      `json:"id"`
	Kind JobKind `json:"kind"`
	// Owner is whose the job is, as of a study: the holder or the account for which it is done.
	Owner ID       `json:"owner,omitempty"`
	Asker JobAsker `json:"asker,omitzero"`
	// Request is what was asked for, as JSON.
	Request  json.RawMessage `json:"request,omitempty"`
	State    JobState        `json:"state"`
	Progress JobProgress     `json:"progress,omitzero"`
	// Result is the path of the record or the report that was made, as "/api/v1/assessments/…".
	Result string `json:"result,omitempty"`
	// Problem says why the job failed, as problem details (RFC 9457).
	Problem json.RawMessage `json:"problem,omitempty"`
	// Lease is that of the worker who does the job; nil unless it runs.
	Lease *JobLease `json:"lease,omitempty"`
	// Attempts counts how often the job was begun; one that was given back in good order does not count.
	Attempts  int      `json:"attempts,omitempty"`
	CreatedAt Instant  `json:"createdAt"`
	StartedAt *Instant `json:"startedAt,omitempty"`
	EndedAt   *Instant `json:"endedAt,omitempty"`
	// ExpiresAt is when a job that has ended is forgotten.
	ExpiresAt *Instant `json:"expiresAt,omitempty"`
}

// Key is the job's identifier.
func (j Job) Key() ID { return j.ID }

// Shape is nil: a job has no place.
func (j Job) Shape() orb.Geometry { return nil }

// Attributes are the owner as holder, the kind as category, the state as status, and the last of being made, begun and ended.
func (j Job) Attributes() Attributes {
	a := Attributes{}
	a.set(AttrHolder, string(j.Owner))
	a.set(AttrCategory, string(j.Kind))
	a.set(AttrStatus, string(j.State))
	last := j.CreatedAt
	for _, at := range []*Instant{j.StartedAt, j.EndedAt} {
		if at != nil {
			last = *at
		}
	}
	a.set(AttrUpdated, last.String())
	return a
}

// Brief is the job without what was asked for.
func (j Job) Brief() Job {
	j.Request, j.Asker.Mandates = nil, nil
	return j
}

// Validate returns nil or an *InvalidError with every fault.
func (j Job) Validate() error {
	var f faults
	f.id("id", j.ID)
	if !slices.Contains(JobKinds(), j.Kind) {
		f.add("kind", "%q is not a kind of job", j.Kind)
	}
	if !slices.Contains(JobStates(), j.State) {
		f.add("state", "%q is not a state of a job", j.State)
	}
	f.reference("owner", j.Owner)
	f.reference("asker.account", j.Asker.Account)
	f.reference("asker.session", j.Asker.Session)
	f.reference("asker.holder", j.Asker.Holder)
	for i, m := range j.Asker.Mandates {
		m.check(&f, fmt.Sprintf("asker.mandates[%d].", i))
	}
	if !json.Valid(j.Request) {
		f.add("request", "is not JSON")
	}
	if len(j.Problem) > 0 && !json.Valid(j.Problem) {
		f.add("problem", "is not JSON")
	}
	j.checkState(&f)
	return f.err("job", j.ID)
}

// checkState holds what a job has against its state.
func (j Job) checkState(f *faults) {
	if j.CreatedAt.IsZero() {
		f.add("createdAt", "is missing")
	}
	for _, part := range []struct {
		field        string
		given, fits  bool
		mayBeMissing bool
	}{
		{"lease", j.Lease != nil, j.State == JobRunning, false},
		{"endedAt", j.EndedAt != nil, j.State.Ended(), false},
		{"expiresAt", j.ExpiresAt != nil, j.State.Ended(), false},
		{"problem", len(j.Problem) > 0, j.State == JobFailed, false},
		{"result", j.Result != "", j.State == JobSucceeded, true},
	} {
		switch {
		case part.given && !part.fits:
			f.add(part.field, "means nothing in the state %q", j.State)
		case !part.given && part.fits && !part.mayBeMissing:
			f.add(part.field, "is missing in the state %q", j.State)
		}
	}
	if j.Lease != nil {
		f.id("lease.worker", j.Lease.Worker)
	}
}
