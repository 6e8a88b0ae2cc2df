package advisory_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"vigie/advisory"
	"vigie/inventory"
	"vigie/inventory/sqlite"
)

// manySystems fills a store with made-up deployments, two of each holder.
func manySystems(tb testing.TB, deployments, cameras int) advisory.Advisor {
	tb.Helper()
	store, err := sqlite.Open(tb.Context(), filepath.Join(tb.TempDir(), "fleet.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = store.Close() })
	f := newFleet(11)
	for i := range deployments {
		holder, id := inventory.ID(fmt.Sprintf("h%05d", i/2)), inventory.ID(fmt.Sprintf("d%05d", i))
		var all []inventory.Camera
		for k := range cameras {
			all = append(all, f.camera(inventory.ID(fmt.Sprintf("%s-%d", id, k)), holder, id))
		}
		if i%7 == 3 && cameras > 1 {
			all[0].Heads, all[1].Heads = nil, append(all[1].Heads, f.head())
			all[1].Heads[1].ID = "2"
		}
		err := errors.Join(
			store.Holders().Put(tb.Context(), f.holder(holder)),
			store.Deployments().Put(tb.Context(), f.deployment(id, holder)),
			store.Cameras().Put(tb.Context(), all...),
		)
		if err != nil {
			tb.Fatal(err)
		}
	}
	return advisory.Advisor{Store: store, Book: newBook(tb), Software: "test"}
}

func wholeCampaign() advisory.CampaignRecord {
	return advisory.CampaignRecord{Request: advisory.CampaignRequest{At: auditDay}}
}

// A campaign says of each deployment what an audit of it says.
func TestCampaignSaysWhatAuditsSay(t *testing.T) {
	advisor := manySystems(t, 24, 5)
	byRule := map[string]advisory.Tally{}
	cameras := 0
	record, err := advisor.Campaign(t.Context(), wholeCampaign(), advisory.CampaignOptions{
		Each: func(outcome advisory.CampaignOutcome) error {
			audit, err := advisor.Audit(t.Context(), inventory.AuditRequest{Deployment: outcome.Deployment, At: auditDay, WithoutGeometry: true})
			if err != nil {
				return err
			}
			var sum advisory.Tally
			for _, f := range audit.Result.Findings {
				of := byRule[f.Rule]
				addVerdict(&of, f)
				addVerdict(&sum, f)
				byRule[f.Rule] = of
			}
			if sum != outcome.Tally {
				t.Errorf("%s: %+v in the campaign, %+v in the audit", outcome.Deployment, outcome.Tally, sum)
			}
			cameras += outcome.Cameras
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !record.Finished || record.Deployments != 24 || record.Cameras != cameras || cameras != 24*5 {
		t.Errorf("%+v", record)
	}
	for _, rule := range record.Rules {
		var types advisory.Tally
		for _, of := range rule.ByHolderType {
			types.Fail, types.Unknown, types.Pass = types.Fail+of.Fail, types.Unknown+of.Unknown, types.Pass+of.Pass
			types.NotApplicable += of.NotApplicable
		}
		if rule.Tally != byRule[rule.Rule] || types != rule.Tally {
			t.Errorf("%s: %+v, by type %+v, in audits %+v", rule.Rule, rule.Tally, types, byRule[rule.Rule])
		}
	}
}

func addVerdict(t *advisory.Tally, f inventory.AuditFinding) {
	n := len(f.Subjects)
	switch advisory.Verdict(f.Verdict) {
	case advisory.VerdictFail:
		t.Fail += n
	case advisory.VerdictUnknown:
		t.Unknown += n
	case advisory.VerdictPass:
		t.Pass += n
	case advisory.VerdictNotApplicable:
		t.NotApplicable += n
	case advisory.VerdictApplies:
	}
}

var errCut = errors.New("cut short")

// A campaign that is cut short anywhere and goes on from what was kept comes to the same end, and sees the same on its way.
func TestCampaignGoesOn(t *testing.T) {
	advisor := manySystems(t, 70, 2)
	var whole []string
	want, err := advisor.Campaign(t.Context(), wholeCampaign(), advisory.CampaignOptions{Each: seeInto(&whole)})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(whole) || len(whole) != 70 {
		t.Fatalf("%d deployments, in the order of their keys: %t", len(whole), slices.IsSorted(whole))
	}
	for _, cut := range []int{1, 16, 33, 69} {
		var seen []string
		see, left := seeInto(&seen), cut
		record, err := advisor.Campaign(t.Context(), wholeCampaign(), advisory.CampaignOptions{
			Each: func(o advisory.CampaignOutcome) error {
				if left--; left < 0 {
					return errCut
				}
				return see(o)
			},
		})
		if !errors.Is(err, errCut) || record.Finished || record.Deployments > cut {
			t.Fatalf("cut after %d: %v, %d judged", cut, err, record.Deployments)
		}
		seen = seen[:record.Deployments]
		record = thereAndBack(t, record)
		got, err := advisor.Campaign(t.Context(), record, advisory.CampaignOptions{Each: see})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(thereAndBack(t, got), thereAndBack(t, want)) || !slices.Equal(seen, whole) {
			t.Errorf("cut after %d: another end: %+v", cut, got)
		}
	}
	changed := advisor
	changed.Software = "later"
	if _, err := changed.Campaign(t.Context(), want, advisory.CampaignOptions{}); !errors.Is(err, advisory.ErrCampaignChanged) {
		t.Errorf("it goes on by another version: %v", err)
	}
	if again, err := advisor.Campaign(t.Context(), want, advisory.CampaignOptions{}); err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("one that is finished is judged again: %v", err)
	}
}

func seeInto(seen *[]string) func(advisory.CampaignOutcome) error {
	return func(o advisory.CampaignOutcome) error {
		text, err := json.Marshal(o)
		*seen = append(*seen, string(text))
		return err
	}
}

// thereAndBack is the record as it is read after it was written.
func thereAndBack(t *testing.T, record advisory.CampaignRecord) (read advisory.CampaignRecord) {
	t.Helper()
	text, err := json.Marshal(record)
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestCampaignOfAPart(t *testing.T) {
	advisor := manySystems(t, 40, 1)
	all, err := advisor.Campaign(t.Context(), wholeCampaign(), advisory.CampaignOptions{})
	if err != nil {
		t.Fatal(err)
	}
	asked := all.Rules[0].ByHolderType[1].HolderType // the first of a known type
	some := wholeCampaign()
	some.Request.HolderType, some.Request.Department = asked, "34"
	var progress []int
	kept := 0
	part, err := advisor.Campaign(t.Context(), some, advisory.CampaignOptions{
		Each: func(o advisory.CampaignOutcome) error {
			if o.HolderType != asked {
				t.Errorf("%s is of a %q", o.Deployment, o.HolderType)
			}
			return nil
		},
		Progress: func(done, total int) { progress = append(progress, done*1000+total) },
		Keep:     func(advisory.CampaignRecord) error { kept++; return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if part.Looked != 40 || part.Deployments == 0 || part.Deployments >= 40 || kept != 1 || len(progress) != 40 || progress[39] != 40_040 {
		t.Errorf("%d of %d looked at, kept %d times, progress %v", part.Deployments, part.Looked, kept, progress)
	}
	for i, rule := range part.Rules {
		of := slices.IndexFunc(all.Rules[i].ByHolderType, func(s advisory.TypeStatistics) bool { return s.HolderType == asked })
		var among advisory.Tally
		if of >= 0 { // the rules on areas judged nothing
			among = all.Rules[i].ByHolderType[of].Tally
		}
		if rule.Tally != among {
			t.Errorf("%s: %+v alone, %+v among all", rule.Rule, rule.Tally, among)
		}
	}
	elsewhere := wholeCampaign()
	elsewhere.Request.Department = "2A"
	if none, err := advisor.Campaign(t.Context(), elsewhere, advisory.CampaignOptions{}); err != nil || !none.Finished || none.Looked != 0 {
		t.Errorf("elsewhere: %+v, %v", none, err)
	}
	wrong := advisory.CampaignRecord{Request: advisory.CampaignRequest{Scale: "ells", Selection: advisory.Selection{
		Department: "Hérault", Regime: "none", HolderKind: "king", HolderType: "duke",
	}}}
	_, err = advisor.Campaign(t.Context(), wrong, advisory.CampaignOptions{})
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Faults) != 6 {
		t.Errorf("%v, want six faults", err)
	}
}

func TestCampaignStopsWithItsContext(t *testing.T) {
	advisor := manySystems(t, 60, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := advisor.Campaign(ctx, wholeCampaign(), advisory.CampaignOptions{
		Each: func(advisory.CampaignOutcome) error { cancel(); return nil },
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// A campaign by another book or limit tells what flips, and nothing else.
func TestSimulate(t *testing.T) {
	advisor := manySystems(t, 30, 2)
	before, err := advisor.Book.On(auditDay, "")
	if err != nil {
		t.Fatal(err)
	}
	same, err := advisor.Simulate(t.Context(), advisory.Selection{}, before, before, nil)
	if err != nil || same.Flips != 0 || same.Deployments != 30 || same.Verdicts == 0 || same.Cameras != 60 {
		t.Fatalf("%+v, %v", same, err)
	}
	changed, err := advisor.Book.WithLimits(map[string]string{"linkLoadPct": "30"})
	if err != nil {
		t.Fatal(err)
	}
	after, err := changed.On(auditDay, "")
	if err != nil {
		t.Fatal(err)
	}
	var found []advisory.Flip
	sum, err := advisor.Simulate(t.Context(), advisory.Selection{}, before, after, func(f advisory.Flip) error {
		found = append(found, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if sum.Flips != len(found) || len(found) == 0 || sum.Flipped > 30 || len(sum.Rules) == 0 {
		t.Fatalf("%+v", sum)
	}
	for _, f := range found {
		verdicts := map[*advisory.Session]*advisory.FlipVerdict{before: f.Before, after: f.After}
		for session, want := range verdicts {
			if got := verdictOf(t, advisor, session, f); got != want.Verdict {
				t.Errorf("%s on %s: %s, not %s", f.Rule, f.Subject.Key(), got, want.Verdict)
			}
		}
	}
}

// verdictOf is the verdict on a deployment by its facts.
func verdictOf(t *testing.T, advisor advisory.Advisor, session *advisory.Session, f advisory.Flip) advisory.Verdict {
	t.Helper()
	deployment, err := advisor.Store.Deployments().Get(t.Context(), f.Deployment)
	if err != nil {
		t.Fatal(err)
	}
	holder, err := advisor.Store.Holders().Get(t.Context(), deployment.Holder)
	if err != nil {
		t.Fatal(err)
	}
	c := advisory.Case{Holder: holder, Deployment: deployment}
	findings, err := session.Judge(inventory.SubjectDeployment, c.Facts(inventory.SubjectDeployment))
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range findings {
		if finding.Rule == f.Rule {
			return finding.Verdict
		}
	}
	t.Fatalf("no finding of %s", f.Rule)
	return ""
}

func TestSimulatedLimits(t *testing.T) {
	book := loadBook(t)
	for text, says := range map[string]string{
		"no": "is not a number", "": "is not a number", "NaN": "is not a number", "-Inf": "is not a number", "1e999": "is not a number",
	} {
		if _, err := book.WithLimits(map[string]string{"surroundingsM": text, "nowhere": "1"}); err == nil ||
			!strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "limit.nowhere: is not a limit") {
			t.Errorf("%q: %v", text, err)
		}
	}
	changed, err := book.WithLimits(map[string]string{"surroundingsM": "4"})
	if err != nil {
		t.Fatal(err)
	}
	if changes := advisory.Compare(book, changed); len(changes) != 1 || changed.Hash == book.Hash || len(changed.Hash) != 64 {
		t.Errorf("%+v, %s", changes, changed.Hash)
	}
	if changes := advisory.Compare(book, newBook(t)); len(changes) != 0 {
		t.Errorf("the book itself changed: %+v", changes)
	}
}

// BenchmarkCampaign judges deployments of 20 cameras each, on one processor and on two, and tells how many bytes of memory
// were held at most: as many for ten thousand of them as for one thousand.
func BenchmarkCampaign(b *testing.B) {
	if testing.Short() {
		b.Skip("SKIPPED: it takes minutes to make the store")
	}
	for _, deployments := range []int{1000, 10_000} {
		advisor := manySystems(b, deployments, 20)
		for _, processors := range []int{1, 2} {
			b.Run(fmt.Sprintf("deployments=%d/processors=%d", deployments, processors), func(b *testing.B) {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
				for b.Loop() {
					b.ReportMetric(heldByCampaign(b, advisor, 20*deployments), "MB-held")
				}
			})
		}
	}
}

// heldByCampaign runs a campaign and gives the most memory that was in use on its way, in 10⁶ bytes.
func heldByCampaign(b *testing.B, advisor advisory.Advisor, cameras int) float64 {
	b.Helper()
	var most uint64
	record, err := advisor.Campaign(b.Context(), wholeCampaign(), advisory.CampaignOptions{Progress: func(done, _ int) {
		if done%500 == 0 {
			var memory runtime.MemStats
			runtime.ReadMemStats(&memory)
			most = max(most, memory.HeapInuse)
		}
	}})
	if err != nil || record.Cameras != cameras {
		b.Fatalf("%d cameras, %v", record.Cameras, err)
	}
	return float64(most) / 1e6
}
