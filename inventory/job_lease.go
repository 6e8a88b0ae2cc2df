package inventory

import (
	"encoding/json"
	"errors"
	"time"
)

var (
	// ErrJobEnded says that a job has ended: nothing can be done with it any more.
	ErrJobEnded = errors.New("the job has ended")
	// ErrJobLost says that somebody else has a job now, or that it has ended: the worker who gets this error stops.
	ErrJobLost = errors.New("the job is somebody else's now, or has ended")
)

// JobKept is how long a job that has ended is kept.
const JobKept = 7 * 24 * time.Hour

// Free tells whether a worker may take the job: it waits, or its worker has not renewed the lease in time.
func (j Job) Free(now time.Time) bool {
	return j.State == JobQueued || j.State == JobRunning && !now.Before(j.Lease.Until.Time)
}

// Take gives a free job to a worker, or returns ErrJobLost.
func (j *Job) Take(worker ID, now time.Time, lease time.Duration) error {
	if !j.Free(now) {
		return ErrJobLost
	}
	at := InstantOf(now)
	j.State, j.StartedAt, j.Progress = JobRunning, &at, JobProgress{}
	j.Lease = &JobLease{Worker: worker, Until: InstantOf(now.Add(lease))}
	j.Attempts++
	return nil
}

// holds returns ErrJobLost unless the job runs and is the worker's.
func (j *Job) holds(worker ID) error {
	if j.State != JobRunning || j.Lease.Worker != worker {
		return ErrJobLost
	}
	return nil
}

// Renew makes the lease of a worker last longer and tells how far the work is, or returns ErrJobLost.
func (j *Job) Renew(worker ID, until time.Time, progress JobProgress) error {
	if err := j.holds(worker); err != nil {
		return err
	}
	j.Lease = &JobLease{Worker: worker, Until: InstantOf(until)}
	j.Progress = progress
	return nil
}

// GiveBack lets go of a job that was not done, for another worker to begin again, or returns ErrJobLost.
func (j *Job) GiveBack(worker ID) error {
	if err := j.holds(worker); err != nil {
		return err
	}
	j.State, j.Lease, j.StartedAt, j.Progress = JobQueued, nil, nil, JobProgress{}
	j.Attempts--
	return nil
}

// Succeed ends a job whose record was made, or returns ErrJobLost. result is the path of the record.
func (j *Job) Succeed(worker ID, now time.Time, result string) error {
	if err := j.holds(worker); err != nil {
		return err
	}
	j.end(JobSucceeded, now)
	j.Result = result
	if j.Progress.Step = ""; j.Progress.Total > 0 {
		j.Progress.Done = j.Progress.Total
	}
	return nil
}

// Fail ends a job that cannot be done, or returns ErrJobLost. problem says why, as problem details.
func (j *Job) Fail(worker ID, now time.Time, problem json.RawMessage) error {
	if err := j.holds(worker); err != nil {
		return err
	}
	j.end(JobFailed, now)
	j.Problem = problem
	return nil
}

// Cancel ends a job that has not ended, or returns ErrJobEnded. The worker learns of it when it renews its lease.
func (j *Job) Cancel(now time.Time) error {
	if j.State.Ended() {
		return ErrJobEnded
	}
	j.end(JobCancelled, now)
	return nil
}

func (j *Job) end(state JobState, now time.Time) {
	ended, expires := InstantOf(now), InstantOf(now.Add(JobKept))
	j.State, j.Lease, j.EndedAt, j.ExpiresAt = state, nil, &ended, &expires
}
