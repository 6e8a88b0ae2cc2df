package inventorytest

import (
	"bytes"
	"encoding/json"
	"strings"

	"vigie/inventory"
)

// FullJob is a valid job that failed, in which every field is known but those of other states.
func FullJob() inventory.Job {
	at := fullProvenance().UpdatedAt
	return inventory.Job{
		ID: "job:1", Kind: inventory.JobAssessment, Owner: "holder:1",
		Asker: inventory.JobAsker{
			Account: "person:1", Session: inventory.ID(strings.Repeat("0f", 32)), Role: inventory.RoleExpert, Holder: "holder:1",
			Departments: []string{"34"}, Mandates: FullAccount().Mandates, Scopes: []inventory.Scope{"cameras:read"},
			What: "POST /api/v1/assessments " + text, Reason: text,
		},
		Request: json.RawMessage(`{"commune":"34172","$a.b":1.50,"name":"Caméra 🎥"}`), State: inventory.JobFailed,
		Progress: inventory.JobProgress{Done: 3, Total: 7, Step: "see"},
		Problem:  json.RawMessage(`{"type":"/problems/unknown-place","status":422}`), Attempts: 2,
		CreatedAt: *at, StartedAt: at, EndedAt: at, ExpiresAt: at,
	}
}

// RunningJob is a job that a worker does.
func RunningJob() inventory.Job {
	job := FullJob()
	job.ID, job.State, job.Problem, job.EndedAt, job.ExpiresAt = "job:2", inventory.JobRunning, nil, nil, nil
	job.Lease = &inventory.JobLease{Worker: "worker:1", Until: *job.StartedAt}
	return job
}

// DoneJob is a job whose record was made.
func DoneJob() inventory.Job {
	job := FullJob()
	job.ID, job.State, job.Problem, job.Result = "job:3", inventory.JobSucceeded, nil, "/api/v1/assessments/assessment:1"
	return job
}

// FullBlob is a valid blob of the largest size, in which every field is known and every byte occurs.
func FullBlob() inventory.Blob {
	data := make([]byte, 256)
	for i := range data {
		data[i] = byte(i)
	}
	return inventory.Blob{
		ID: "blob:1.000001", Owner: "holder:1", Part: 1, Data: bytes.Repeat(data, inventory.MostBlobBytes/len(data)),
		Media: "text/csv", ExpiresAt: *fullProvenance().UpdatedAt,
	}
}
