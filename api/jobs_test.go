package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/api"
	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/mongodb"
	"vigie/inventory/mongodb/mongodbtest"
	"vigie/inventory/sqlite"
)

const jobsURL = "/api/v1/jobs"

// counting is an advisor whose studies are told by their names, and are made at once or when they are released.
type counting struct {
	api.Advisor
	release chan struct{} // nil for at once

	mu    *sync.Mutex
	begun *[]string
	left  *[]string // whose context ended
}

func newCounting(of api.Advisor, release chan struct{}) counting {
	return counting{Advisor: of, release: release, mu: &sync.Mutex{}, begun: new([]string), left: new([]string)}
}

func (c counting) note(list *[]string, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*list = append(*list, name)
}

func (c counting) told(list *[]string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(*list)
}

func (c counting) Assess(ctx context.Context, request inventory.AssessmentRequest) (inventory.Assessment, error) {
	c.note(c.begun, request.Name)
	if c.release != nil {
		select {
		case <-c.release:
		case <-ctx.Done():
			c.note(c.left, request.Name)
			return inventory.Assessment{}, ctx.Err()
		}
	}
	study := inventorytest.FullAssessment()
	study.ID, study.Request.Name = inventory.DeriveID("study", request.Name), request.Name
	return study, nil
}

// work starts a server that does jobs, until stop or the end of the test.
func work(t *testing.T, c api.Config) (base string, stop func()) {
	t.Helper()
	handler, err := api.New(c)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		handler.Work(ctx)
	}()
	stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return server.URL, stop
}

// ask asks for a study by name, and gives the address of its job.
func ask(t *testing.T, base, name, wait string, headers map[string]string) string {
	t.Helper()
	body := fmt.Sprintf(`{"name":%q,"commune":"34172"}`, name)
	answer, text := request(t, http.MethodPost, base+studiesURL+"?wait="+wait, with(headers, "Content-Type", "application/json"), body)
	where := answer.Header.Get("Location")
	var job api.Job // it may have ended by now, and is not to be asked for again then
	err := json.Unmarshal([]byte(text), &job)
	if err != nil || answer.StatusCode != http.StatusAccepted || !strings.HasPrefix(where, jobsURL+"/") || (answer.Header.Get("Retry-After") == "") != job.State.Ended() {
		t.Fatalf("%s: %d at %q: %s", name, answer.StatusCode, where, text)
	}
	return where
}

// jobAt reads a job, once it has ended or after so many seconds.
func jobAt(t *testing.T, address, wait string, headers map[string]string) api.Job {
	t.Helper()
	answer, body := request(t, http.MethodGet, address+"?wait="+wait, headers, "")
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %d %s", address, answer.StatusCode, body)
	}
	var job api.Job
	if err := json.Unmarshal([]byte(body), &job); err != nil {
		t.Fatal(err)
	}
	return job
}

// until waits for something that another goroutine does.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 2000 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("in vain: %s", what)
}

func TestJobs(t *testing.T) { onEachStore(t, testJobs) }

func testJobs(t *testing.T, open opener) {
	c := config(t, open(t))
	c.Advisor = newCounting(c.Advisor, nil)
	base, _ := work(t, c)
	where := ask(t, base, "one", "0", nil)
	job := jobAt(t, base+where, "30", nil)
	if job.State != inventory.JobSucceeded || job.Attempts != 1 || job.EndedAt == nil || job.ExpiresAt == nil {
		t.Fatalf("the job is %+v", job)
	}
	answer, _ := request(t, http.MethodGet, base+where, nil, "")
	tag := answer.Header.Get("ETag")
	runAll(t, base, []scenario{
		{name: "result", method: http.MethodGet, url: job.Result, status: 200, has: []string{`"name":"one"`}},
		{name: "again", method: http.MethodPost, url: studiesURL, headers: sendJSON, body: `{"name":"one","commune":"34172"}`, status: 200},
		{name: "list", method: http.MethodGet, url: jobsURL + "?state=succeeded,failed&kind=assessment", status: 200,
			has: []string{where[len(jobsURL)+1:]}, hasNot: []string{"34172", "asker", "lease"}},
		{name: "none waits", method: http.MethodGet, url: jobsURL + "?state=queued", status: 200, has: []string{`"items":[]`}},
		{name: "not changed", method: http.MethodGet, url: where, headers: map[string]string{"If-None-Match": tag}, status: 304},
		{name: "events", method: http.MethodGet, url: where + "/events", status: 200, has: []string{"event: end\ndata: {", job.Result},
			replies: map[string]string{"Content-Type": "text/event-stream"}},
		{name: "cancel what has ended", method: http.MethodDelete, url: where, status: 409, has: []string{"/problems/ended"}},
		{name: "unknown", method: http.MethodGet, url: jobsURL + "/none", status: 404},
		{name: "unknown events", method: http.MethodGet, url: jobsURL + "/none/events", status: 404},
		{name: "cancel unknown", method: http.MethodDelete, url: jobsURL + "/none", status: 404},
		{name: "too long", method: http.MethodGet, url: where + "?wait=31", status: 400, has: []string{`"field":"wait"`}},
		{name: "no number", method: http.MethodPost, url: studiesURL + "?wait=soon", headers: sendJSON, body: `{}`, status: 400, has: []string{`"field":"wait"`}},
		{name: "negative", method: http.MethodPost, url: "/api/v1/audits?wait=-1", headers: sendJSON, body: `{}`, status: 400, has: []string{`"field":"wait"`}},
		{name: "unknown parameter", method: http.MethodPost, url: "/api/v1/recommendations?waits=1", headers: sendJSON, body: `{}`, status: 400},
		{name: "faults are told at once", method: http.MethodPost, url: studiesURL + "?wait=0", headers: sendJSON, body: `{"draws":-1}`, status: 422,
			has: []string{"draws", "perimeter"}},
		{name: "JSON is not events", method: http.MethodGet, url: where + "/events", headers: map[string]string{"Accept": "application/json"}, status: 406},
	})
}

// TestAJobThatFails tells what the request would have been answered.
func TestAJobThatFails(t *testing.T) {
	t.Parallel()
	base, _ := work(t, config(t, openSQLite(t)))
	for kind, body := range map[string]string{"assessments": `{"commune":"34172"}`, "audits": `{"commune":"34172","at":"2026-01-01"}`} {
		answer, text := request(t, http.MethodPost, base+"/api/v1/"+kind+"?wait=0", sendJSON, body)
		if answer.StatusCode != http.StatusAccepted {
			t.Fatalf("%s: %d %s", kind, answer.StatusCode, text)
		}
		where := answer.Header.Get("Location")
		job := jobAt(t, base+where, "30", nil)
		if job.State != inventory.JobFailed || job.Problem == nil || job.Problem.Status != 422 || job.Problem.Instance != where {
			t.Errorf("%s: the job is %+v with %+v", kind, job, job.Problem)
		}
	}
}

// TestAStudyOutlastsItsClient: what takes longer than the client waits goes on as a job, and is done once.
func TestAStudyOutlastsItsClient(t *testing.T) {
	t.Parallel()
	c := config(t, openSQLite(t))
	advisor := newCounting(c.Advisor, make(chan struct{}))
	c.Advisor = advisor
	base, _ := work(t, c)
	where := ask(t, base, "long", "1", nil)
	if job := jobAt(t, base+where, "0", nil); job.State != inventory.JobRunning || job.StartedAt == nil {
		t.Errorf("the job is %+v", job)
	}
	close(advisor.release)
	if job := jobAt(t, base+where, "30", nil); job.State != inventory.JobSucceeded {
		t.Errorf("the job is %+v", job)
	}
	if begun := advisor.told(advisor.begun); len(begun) != 1 {
		t.Errorf("it was begun as %q", begun)
	}
}

// TestFollowedToTheEnd: whoever follows a job hears of its end, however much longer it takes than a client may to send a request.
func TestFollowedToTheEnd(t *testing.T) {
	t.Parallel()
	c := config(t, openSQLite(t))
	c.Patience = 10 * time.Millisecond
	advisor := newCounting(c.Advisor, make(chan struct{}))
	c.Advisor = advisor
	free := config(t, c.Store) // who asks has time
	free.Advisor = advisor
	slow, _ := work(t, free)
	where := ask(t, slow, "long", "0", nil)
	until(t, "the study begins", func() bool { return len(advisor.told(advisor.begun)) == 1 })
	time.AfterFunc(7*time.Second, func() { close(advisor.release) })
	answer, body := request(t, http.MethodGet, serve(t, c)+where+"/events", nil, "")
	if answer.StatusCode != http.StatusOK || !strings.Contains(body, "event: progress\n") || !strings.Contains(body, "event: end\n") {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
}

// TestWithoutWorkers: a handler alone makes studies while their clients wait, and leaves other jobs to whoever has workers.
func TestWithoutWorkers(t *testing.T) {
	t.Parallel()
	c := config(t, openSQLite(t))
	c.Advisor = newCounting(c.Advisor, nil)
	alone := serve(t, c)
	where := ask(t, alone, "left", "0", nil)
	scenario{method: http.MethodPost, url: studiesURL + "?wait=1", headers: sendJSON, body: `{"name":"now","commune":"34172"}`, status: 201}.run(t, alone)
	if job := jobAt(t, alone+where, "1", nil); job.State != inventory.JobQueued {
		t.Errorf("the job is %+v", job)
	}
	work(t, c)
	if job := jobAt(t, alone+where, "30", nil); job.State != inventory.JobSucceeded {
		t.Errorf("the job is %+v", job)
	}
}

// TestCancel: a job that runs ends at once, and its work is stopped; on another server when that looks again.
func TestCancel(t *testing.T) {
	t.Parallel()
	for _, elsewhere := range []bool{false, true} {
		t.Run(fmt.Sprintf("elsewhere %v", elsewhere), func(t *testing.T) {
			t.Parallel()
			c := config(t, openSQLite(t))
			advisor := newCounting(c.Advisor, make(chan struct{}))
			c.Advisor = advisor
			base, _ := work(t, c)
			where := ask(t, base, "unwanted", "0", nil)
			until(t, "the study begins", func() bool { return len(advisor.told(advisor.begun)) == 1 })
			at := base
			if elsewhere {
				at = serve(t, c)
			}
			scenario{method: http.MethodDelete, url: where, status: 200, has: []string{`"state":"cancelled"`}}.run(t, at)
			scenario{method: http.MethodDelete, url: where, status: 409}.run(t, at)
			if !elsewhere { // another server hears of it when it renews its lease, after ten seconds
				until(t, "the study is stopped", func() bool { return len(advisor.told(advisor.left)) == 1 })
			}
			if job := jobAt(t, base+where, "0", nil); job.State != inventory.JobCancelled {
				t.Errorf("the job is %+v", job)
			}
		})
	}
}

// TestAStoppedServerGivesItsJobsBack: another one, or the next start, does them.
func TestAStoppedServerGivesItsJobsBack(t *testing.T) { onEachStore(t, testGivesBack) }

func testGivesBack(t *testing.T, open opener) {
	store := open(t)
	c := config(t, store)
	advisor := newCounting(c.Advisor, make(chan struct{}))
	c.Advisor = advisor
	base, stop := work(t, c)
	where := ask(t, base, "interrupted", "0", nil)
	until(t, "the study begins", func() bool { return len(advisor.told(advisor.begun)) == 1 })
	stop()
	job := jobAt(t, base+where, "0", nil)
	if job.State != inventory.JobQueued || job.Attempts != 0 || job.StartedAt != nil {
		t.Fatalf("after the stop the job is %+v", job)
	}
	close(advisor.release)
	next, _ := work(t, c)
	if job := jobAt(t, next+where, "30", nil); job.State != inventory.JobSucceeded || job.Attempts != 1 {
		t.Errorf("after the next start the job is %+v", job)
	}
}

// TestDeadWorkers: a lease that was not renewed lapses, and another worker goes on; but not for ever.
func TestDeadWorkers(t *testing.T) {
	t.Parallel()
	store := openSQLite(t)
	c := config(t, store)
	c.Advisor = newCounting(c.Advisor, nil)
	for attempts, id := range []inventory.ID{"", "once", "twice", "worn"} {
		if id == "" {
			continue
		}
		began := inventory.InstantOf(clock().Add(-time.Minute))
		job := inventory.Job{
			ID: id, Kind: inventory.JobAssessment, Request: json.RawMessage(`{"commune":"34172"}`), State: inventory.JobRunning,
			Lease: &inventory.JobLease{Worker: "dead", Until: began}, Attempts: attempts, CreatedAt: began, StartedAt: &began,
		}
		if err := store.Jobs().Put(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	base, _ := work(t, c)
	for id, want := range map[string]inventory.JobState{"once": inventory.JobSucceeded, "twice": inventory.JobSucceeded, "worn": inventory.JobFailed} {
		if job := jobAt(t, base+jobsURL+"/"+id, "30", nil); job.State != want {
			t.Errorf("%s: the job is %+v", id, job)
		}
	}
}

// TestTwoServersDoEachJobOnce: of two servers on one store each takes jobs, and none is done twice.
func TestTwoServersDoEachJobOnce(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]func(t *testing.T) func() (inventory.Store, error){
		"sqlite": func(t *testing.T) func() (inventory.Store, error) {
			path := filepath.Join(t.TempDir(), "vigie.db")
			return func() (inventory.Store, error) { return sqlite.Open(context.WithoutCancel(t.Context()), path) }
		},
		"mongodb": func(t *testing.T) func() (inventory.Store, error) {
			address := mongodbtest.NewDatabase(t)
			return func() (inventory.Store, error) { return mongodb.Open(context.WithoutCancel(t.Context()), address) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open := at(t)
			var bases []string
			var advisor counting
			for i := range 2 {
				store, err := open()
				if err != nil {
					t.Fatal(err)
				}
				closedAtEnd(t, store)
				c := config(t, store)
				if i == 0 {
					advisor = newCounting(c.Advisor, nil)
				}
				c.Advisor = advisor
				base, _ := work(t, c)
				bases = append(bases, base)
			}
			var addresses []string
			for i := range 24 {
				addresses = append(addresses, ask(t, bases[i%2], fmt.Sprintf("study %d", i), "0", nil))
			}
			for i, where := range addresses {
				if job := jobAt(t, bases[(i+1)%2]+where, "30", nil); job.State != inventory.JobSucceeded || job.Attempts != 1 {
					t.Errorf("the job is %+v", job)
				}
			}
			begun := advisor.told(advisor.begun)
			slices.Sort(begun)
			if once := slices.Compact(slices.Clone(begun)); len(begun) != len(addresses) || len(once) != len(begun) {
				t.Errorf("%d studies were begun %d times", len(once), len(begun))
			}
		})
	}
}

// TestJobsOfOthers are not there for those who may not see what they make, and only there for those who may not write it.
func TestJobsOfOthers(t *testing.T) {
	t.Parallel()
	store := openSQLite(t)
	c := guardedConfig(t, store)
	base := serve(t, c)
	south := keyOf(t, store, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "south"})
	reader := keyOf(t, store, inventory.Account{Role: inventory.RoleHolderReader, Holder: "south"})
	north := keyOf(t, store, inventory.Account{Role: inventory.RoleHolderEditor, Holder: "north"})
	program := keyOf(t, store, inventory.Account{Role: inventory.RoleIntegrator, Scopes: []inventory.Scope{"cameras:read"}, Holder: "south"})
	where := ask(t, base, "of the south", "0", south)
	id := where[len(jobsURL)+1:]
	runAll(t, base, []scenario{
		{name: "reader", method: http.MethodGet, url: where, headers: reader, status: 200},
		{name: "reader cancels", method: http.MethodDelete, url: where, headers: reader, status: 403},
		{name: "another holder", method: http.MethodGet, url: where, headers: north, status: 404},
		{name: "another holder cancels", method: http.MethodDelete, url: where, headers: north, status: 404},
		{name: "another holder follows", method: http.MethodGet, url: where + "/events", headers: north, status: 404},
		{name: "another holder lists", method: http.MethodGet, url: jobsURL, headers: north, status: 200, has: []string{`"items":[]`}},
		{name: "no scope", method: http.MethodGet, url: where, headers: program, status: 404},
		{name: "nobody", method: http.MethodGet, url: where, status: 401},
		{name: "own list", method: http.MethodGet, url: jobsURL, headers: south, status: 200, has: []string{id}},
	})
	if a, b := asked(t, http.MethodGet, base+where, north, "", inventory.ID(id)), asked(t, http.MethodGet, base+jobsURL+"/no-such-job", north, "", "no-such-job"); a != b {
		t.Errorf("the job of another is answered\n%s\none that is not there\n%s", a, b)
	}
	scenario{method: http.MethodDelete, url: where, headers: south, status: 200}.run(t, base)
}

// TestTheRightsOfAJob are those of its account when it is done; the journal tells who asked, and why.
func TestTheRightsOfAJob(t *testing.T) {
	t.Parallel()
	store := openSQLite(t)
	c := guardedConfig(t, store)
	c.Advisor = newCounting(c.Advisor, nil)
	alone := serve(t, c)
	stays := with(keyOf(t, store, inventory.Account{ID: "stays", Role: inventory.RoleHolderEditor, Holder: "south"}), "X-Reason", "a reason")
	goes := keyOf(t, store, inventory.Account{ID: "goes", Role: inventory.RoleHolderEditor, Holder: "south"})
	kept, lost := ask(t, alone, "kept", "0", stays), ask(t, alone, "lost", "0", goes)
	_, err := store.Accounts().Update(t.Context(), "goes", func(a *inventory.Account) error {
		at := inventory.InstantOf(clock())
		a.RevokedAt = &at
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	base, _ := work(t, c)
	job := jobAt(t, base+kept, "30", stays)
	if job.State != inventory.JobSucceeded {
		t.Fatalf("the job is %+v: %+v", job, job.Problem)
	}
	if job := jobAt(t, base+lost, "30", stays); job.State != inventory.JobFailed || job.Problem == nil || job.Problem.Status != http.StatusForbidden {
		t.Errorf("the job of a revoked account is %+v", job)
	}
	lines, err := inventory.All(t.Context(), store.Journal(), inventory.Query{})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, line := range lines {
		if line.Deed != inventory.DeedRead {
			told = append(told, fmt.Sprintf("%s %s %s %s", line.Account, line.Deed, line.Kind, line.Reason))
		}
	}
	want := []string{"stays create jobs a reason", "goes create jobs ", "stays create assessments a reason"}
	if !slices.Equal(told, want) {
		t.Errorf("the journal tells %q, not %q", told, want)
	}
}

// TestFairness: whoever has many jobs waiting does not keep others from theirs.
func TestFairness(t *testing.T) {
	t.Parallel()
	store := openSQLite(t)
	c := guardedConfig(t, store)
	advisor := newCounting(c.Advisor, nil)
	c.Advisor = advisor
	alone := serve(t, c)
	many := keyOf(t, store, inventory.Account{ID: "many", Role: inventory.RoleHolderEditor, Holder: "south"})
	few := keyOf(t, store, inventory.Account{ID: "few", Role: inventory.RoleHolderEditor, Holder: "north"})
	for i := range 8 {
		ask(t, alone, fmt.Sprintf("many %d", i), "0", many)
	}
	first := ask(t, alone, "few 0", "0", few)
	second := ask(t, alone, "few 1", "0", few)
	base, _ := work(t, c)
	jobAt(t, base+first, "30", few)
	jobAt(t, base+second, "30", few)
	begun := advisor.told(advisor.begun)
	if at := slices.Index(begun, "few 1"); at < 0 || at > 4 {
		t.Errorf("the studies are begun in the order %q", begun)
	}
}

func TestInTheirTurn(t *testing.T) {
	t.Parallel()
	at := func(second int) inventory.Instant {
		return inventory.InstantOf(clock().Add(time.Duration(second) * time.Second))
	}
	waits := func(id inventory.ID, account inventory.ID, second int) inventory.Job {
		return inventory.Job{ID: id, Asker: inventory.JobAsker{Account: account}, State: inventory.JobQueued, CreatedAt: at(second)}
	}
	runs := func(id, account inventory.ID, until int) inventory.Job {
		job := waits(id, account, 0)
		job.State, job.Lease = inventory.JobRunning, &inventory.JobLease{Worker: "w", Until: at(until)}
		return job
	}
	tests := []struct {
		name   string
		jobs   []inventory.Job
		served map[inventory.ID]time.Time
		want   []inventory.ID
	}{
		{"the oldest", []inventory.Job{waits("b", "x", 2), waits("a", "x", 1)}, nil, []inventory.ID{"a", "b"}},
		{"fewest running", []inventory.Job{runs("r", "x", 60), waits("a", "x", 1), waits("b", "y", 2)}, nil, []inventory.ID{"b", "a"}},
		{"served the longest ago", []inventory.Job{waits("a", "x", 1), waits("b", "y", 2), waits("c", "z", 3)},
			map[inventory.ID]time.Time{"x": clock(), "y": clock().Add(-time.Second)}, []inventory.ID{"c", "b", "a"}},
		{"a lapsed lease", []inventory.Job{runs("r", "x", 0), runs("s", "y", 1)}, nil, []inventory.ID{"r"}},
	}
	for _, test := range tests {
		var got []inventory.ID
		for _, job := range api.InTheirTurn(test.jobs, test.served, clock()) {
			got = append(got, job.ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, not %q", test.name, got, test.want)
		}
	}
}

// TestTooManyJobs: one holder's jobs are bounded.
func TestTooManyJobs(t *testing.T) {
	t.Parallel()
	store := openSQLite(t)
	var jobs []inventory.Job
	for i := range 100 {
		jobs = append(jobs, inventory.Job{
			ID: inventory.ID(fmt.Sprintf("job-%d", i)), Kind: inventory.JobAudit, Owner: "south", Request: json.RawMessage(`{}`),
			State: inventory.JobQueued, CreatedAt: inventory.InstantOf(clock()),
		})
	}
	if err := store.Jobs().Put(t.Context(), jobs...); err != nil {
		t.Fatal(err)
	}
	base := guardedServer(t, store)
	for holder, status := range map[inventory.ID]int{"south": http.StatusTooManyRequests, "north": http.StatusAccepted} {
		key := keyOf(t, store, inventory.Account{Role: inventory.RoleHolderEditor, Holder: holder})
		scenario{method: http.MethodPost, url: studiesURL + "?wait=0", headers: with(key, "Content-Type", "application/json"), body: `{"commune":"34172"}`, status: status}.run(t, base)
	}
}

// TestWorkersLeaveNothing: servers that have stopped leave no goroutine.
func TestWorkersLeaveNothing(t *testing.T) { //nolint:paralleltest // it counts goroutines
	c := config(t, openSQLite(t))
	before := runtime.NumGoroutine()
	for range 30 {
		handler, err := api.New(c)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			handler.Work(ctx)
		}()
		cancel()
		<-done
	}
	until(t, "the goroutines end", func() bool { return runtime.NumGoroutine() <= before+2 })
}
