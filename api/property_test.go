package api_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/paulmach/orb"

	"vigie/api"
	"vigie/inventory"
	"vigie/scripts/demotown"
)

const (
	// propertyRequests are how many requests TestEveryOperationKeepsItsWord sends, propertySeed the randomness of the first;
	// VIGIE_TEST_REQUESTS and VIGIE_TEST_SEED are others.
	propertyRequests = 10_000
	propertySeed     = 20261122
	// mostComputed is how many of the requests that may compute for long are sent to each operation.
	mostComputed = 40
)

// attempt is one request that was made from the description.
type attempt struct {
	method, path string // path as it is described
	address      string // path as it is asked for
	query        url.Values
	header       http.Header
	body         any // what JSON says; or raw
	raw          []byte
	// spoiled says which part was made wrong on purpose; empty for a request that the description allows.
	spoiled string
}

// TestEveryOperationKeepsItsWord asks every operation of the description for the demo town, with what the description allows and
// with what it does not: no answer is an internal error, every answer is as described, and what is wrong is refused.
func TestEveryOperationKeepsItsWord(t *testing.T) {
	t.Parallel()
	requests, seed := number(t, "VIGIE_TEST_REQUESTS", propertyRequests), number(t, "VIGIE_TEST_SEED", propertySeed)
	if testing.Short() {
		requests /= 20
	}
	handler, ids := townHandler(t)
	contract := contractOf(t, handler)
	tester := &tester{contract: contract, handler: handler, tags: map[string]string{}}
	statuses, computed, known := map[int]int{}, map[string]int{}, map[string]bool{}
	operations := contract.operations()
	for i := range requests {
		r := rand.New(rand.NewPCG(uint64(seed), uint64(i)))
		one := operations[i%len(operations)]
		name := one.method + " " + one.path
		if slices.Contains(computing(), name) {
			if computed[name]++; computed[name] > mostComputed {
				one = operations[r.IntN(len(operations)/2)]
			}
		}
		asked := maker{r: r, ids: ids, tags: tester.tags}.attempt(one)
		status, err := tester.try(asked)
		statuses[status]++
		if err != nil && !known[name+fmt.Sprint(status)] {
			known[name+fmt.Sprint(status)] = true // one of a kind is enough
			small := tester.shrink(asked)
			if _, again := tester.try(small); again == nil {
				small = asked // it was of that moment
			} else {
				err = again
			}
			t.Errorf("request %d of seed %d: %v\n%s", i, seed, err, small.curl())
		}
	}
	t.Logf("%d requests to %d operations, by status: %v", requests, len(operations), statuses)
	for _, status := range []int{200, 201, 400, 404, 415, 422} {
		if statuses[status] == 0 {
			t.Errorf("no request was answered with %d: what is sent is not various enough", status)
		}
	}
}

func number(t *testing.T, name string, absent int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return absent
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// computing are the operations that may take a second or more, by design.
func computing() []string {
	return []string{
		"POST /api/v1/assessments", "POST /api/v1/audits", "POST /api/v1/audits/simulate", "POST /api/v1/recommendations",
		"POST /api/v1/assessments/{id}/explain",
	}
}

// townPage is where the pages are that may ask the demo town.
const townPage = "https://carte.example"

// townHandler serves the demo town, without the speakers of a network between; ids are some of its records.
func townHandler(t *testing.T) (handler http.Handler, ids []string) {
	t.Helper()
	store := openSQLite(t)
	town := demotown.Make(demotown.DefaultSeed)
	err := errors.Join(
		store.Holders().Put(t.Context(), town.Holders...), store.Deployments().Put(t.Context(), town.Deployments...),
		store.Areas().Put(t.Context(), town.Areas...), store.Obstacles().Put(t.Context(), town.Obstacles[:200]...),
		store.Cameras().Put(t.Context(), town.Cameras...),
		store.Candidates().Put(t.Context(), inventory.Candidate{ID: "mast-1", Set: "masts", Geometry: inventory.Outline{Geometry: orb.Point{3.8767, 43.6108}}}),
	)
	if err != nil {
		t.Fatal(err)
	}
	c := config(t, store)
	c.Origins = []string{townPage}
	handler, err = api.New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range []inventory.Record{
		town.Holders[0], town.Deployments[0], town.Areas[0], town.Obstacles[0], town.Cameras[0], town.Cameras[1],
	} {
		ids = append(ids, string(record.Key()))
	}
	return handler, append(ids, "mast-1")
}

// described is one operation of the description.
type described struct {
	method, path string
	operation    *openapi3.Operation
}

// operations are all of a description, in one order.
func (c *contract) operations() (all []described) {
	for path, item := range c.document.Paths.Map() {
		for method, operation := range item.Operations() {
			all = append(all, described{method, path, operation})
		}
	}
	slices.SortFunc(all, func(a, b described) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.method, b.method))
	})
	return all
}

// tester sends attempts and judges the answers.
type tester struct {
	contract *contract
	handler  http.Handler
	// tags are the ETags of addresses that were asked.
	tags map[string]string
	// last is the last exchange.
	last exchange
}

func (a attempt) content() []byte {
	if a.raw != nil || a.body == nil {
		return a.raw
	}
	text, err := json.Marshal(a.body)
	if err != nil {
		return nil // what is made is JSON
	}
	return text
}

func (a attempt) url() string {
	if len(a.query) == 0 {
		return a.address
	}
	return a.address + "?" + a.query.Encode()
}

// try sends an attempt and tells what is wrong with the answer.
func (t *tester) try(a attempt) (status int, err error) {
	sent := a.content()
	request, err := http.NewRequest(a.method, "http://localhost"+a.url(), bytes.NewReader(sent))
	if err != nil {
		return 0, err
	}
	request.RequestURI = a.url()
	maps.Copy(request.Header, a.header)
	answer := httptest.NewRecorder()
	t.handler.ServeHTTP(answer, request)
	if tag := answer.Header().Get("ETag"); tag != "" {
		t.tags[a.address] = tag
	}
	e := exchange{request: request, sent: sent, status: answer.Code, header: answer.Header(), body: answer.Body.Bytes()}
	t.last = e
	switch {
	case answer.Code >= http.StatusInternalServerError:
		err = fmt.Errorf("the answer is %d: %.300s", answer.Code, e.body)
	case a.spoiled != "" && answer.Code < http.StatusBadRequest:
		err = fmt.Errorf("%s is no reason to refuse: %d %.300s", a.spoiled, answer.Code, e.body)
	default:
		err = t.contract.faults(e)
	}
	return answer.Code, err
}

// shrink leaves out of an attempt whatever is not needed for the answer to be wrong. One that should have been refused stays as
// it is: without what is wrong with it, it need not be.
func (t *tester) shrink(a attempt) attempt {
	if status, _ := t.try(a); a.spoiled != "" && status < http.StatusBadRequest {
		return a
	}
	a.spoiled = ""
	for _, smaller := range a.smaller() {
		if _, err := t.try(smaller); err != nil {
			return t.shrink(smaller)
		}
	}
	return a
}

// smaller are the attempts with one part less.
func (a attempt) smaller() (all []attempt) {
	for name := range a.query {
		less := a
		less.query = maps.Clone(a.query)
		delete(less.query, name)
		all = append(all, less)
	}
	for name := range a.header {
		less := a
		less.header = maps.Clone(a.header)
		delete(less.header, name)
		all = append(all, less)
	}
	for _, body := range smallerValues(a.body) {
		less := a
		less.body = body
		all = append(all, less)
	}
	return all
}

// smallerValues are what is left of a JSON value without one of its members, anywhere.
func smallerValues(value any) (all []any) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	for name, member := range object {
		less := maps.Clone(object)
		delete(less, name)
		all = append(all, less)
		for _, inner := range smallerValues(member) {
			other := maps.Clone(object)
			other[name] = inner
			all = append(all, other)
		}
	}
	return all
}

// curl is a command that sends the attempt again.
func (a attempt) curl() string {
	var line strings.Builder
	fmt.Fprintf(&line, "curl -i -X %s %s", a.method, quoted("http://127.0.0.1:8080"+a.url()))
	for name, values := range a.header {
		for _, value := range values {
			fmt.Fprintf(&line, " -H %s", quoted(name+": "+value))
		}
	}
	if text := a.content(); text != nil {
		fmt.Fprintf(&line, " --data-binary %s", quoted(string(text)))
	}
	return line.String()
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
