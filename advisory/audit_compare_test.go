package advisory_test

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"vigie/advisory"
	"vigie/inventory"
)

// bookWith is the book with one file changed.
func bookWith(t *testing.T, name, before, after string) *advisory.Book {
	t.Helper()
	files, changed := fstest.MapFS{}, false
	err := fs.WalkDir(os.DirFS("book"), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile("book/" + path)
		if path == name {
			changed = strings.Contains(string(text), before)
			text = []byte(strings.ReplaceAll(string(text), before, after))
		}
		files[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil || !changed {
		t.Fatalf("%s holds no %q (%v)", name, before, err)
	}
	book, err := advisory.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// authorised is a deployment whose authorisation ends on a day.
func authorised(until inventory.Date) inventory.Deployment {
	return inventory.Deployment{Regime: inventory.RegimePublicWay, Authorisation: inventory.Authorisation{
		Status: inventory.AuthorisationGranted, GrantedOn: "2022-06-01", ExpiresOn: until, Provisional: new(false), RenewalFiled: new(false),
	}}
}

func (w town) outdoorCamera(rating string) inventory.Camera {
	camera := w.camera("c", 0, 0, optics())
	camera.Mounting.Outdoor, camera.Device.IngressRating = new(true), rating
	return camera
}

// changeOf is the change of one finding, nil when there is none.
func changeOf(c inventory.AuditComparison, rule, subject string) *inventory.FindingChange {
	for i := range c.Changes {
		if c.Changes[i].Rule == rule && c.Changes[i].Subject == subject {
			return &c.Changes[i]
		}
	}
	return nil
}

// causesOf are the causes of a change in short.
func causesOf(change *inventory.FindingChange) string {
	if change == nil {
		return "none"
	}
	var words []string
	for _, c := range change.Causes {
		words = append(words, fmt.Sprintf("%s %s: %s → %s", c.Kind, c.Name, c.Before, c.After))
	}
	return strings.Join(words, "; ")
}

func TestCompareAudits(t *testing.T) {
	w := newTown(t)
	request := inventory.AuditRequest{Deployment: "d", At: auditDay, WithoutGeometry: true}
	before := w.system(auditDay, authorised("2027-05-31"), w.outdoorCamera("IP66"))
	request.AlsoScales = before.Request.AlsoScales
	by := func(book *advisory.Book, request inventory.AuditRequest) inventory.Audit {
		audit, err := advisory.Advisor{Store: w.store, Book: book, Software: "test"}.Audit(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		return audit
	}
	later, dori, long := request, request, request
	later.At, dori.Scale, dori.AlsoScales, long.At = "2027-01-15", "dori-2014", nil, "2023-01-01"
	own := loadBook(t)
	for _, test := range []struct {
		name, rule, subject string
		after               inventory.Audit
		changes             int // at least
		verdicts, causes    string
	}{
		{"nothing", "AUD-L03", "deployment:d", by(own, request), 0, "", "none"},
		{
			"the day", "AUD-L03", "deployment:d", by(own, later), 1, "PASS→FAIL", "day today: 2026-11-21 → 2027-01-15",
		},
		{
			"a limit", "AUD-L03", "deployment:d", by(bookWith(t, "limits.yaml", "value: 6, source: \"quatre mois", "value: 8, source: \"quatre mois"), request),
			1, "PASS→FAIL", "limit limit.renewalMonths: 6 → 8",
		},
		{
			"a rule", "AUD-P01", "camera:c", by(bookWith(t, "rules/AUD-P01.yaml", "severity: MAJOR", "severity: MINOR"), request),
			1, "PASS→PASS", "rule severity: MAJOR → MINOR",
		},
		{
			"the words of a rule", "AUD-P01", "camera:c", by(bookWith(t, "rules/AUD-P01.yaml", "remedy:\n  fr: \"", "remedy:\n  fr: \"Sans délai : "), request),
			0, "", "none",
		},
		{"a rule that was not yet", "AUD-L42", "deployment:d", by(own, long), 1, "UNKNOWN→", "rule : present → ; day today: 2026-11-21 → 2023-01-01"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := advisory.CompareAudits(before, test.after)
			change := changeOf(c, test.rule, test.subject)
			if got := causesOf(change); got != test.causes || len(c.Changes) < test.changes {
				t.Errorf("%d changes, because of %s, not of %s", len(c.Changes), got, test.causes)
			}
			if change == nil {
				return
			}
			var was, is string
			if change.Before != nil {
				was = change.Before.Verdict
			}
			if change.After != nil {
				is = change.After.Verdict
			}
			if was+"→"+is != test.verdicts || change.Title.FR == "" {
				t.Errorf("%s became %s, not %s", was, is, test.verdicts)
			}
			for _, cause := range change.Causes {
				if cause.Text.FR == "" || cause.Text.EN == "" {
					t.Errorf("a cause without words: %+v", cause)
				}
			}
		})
	}
	t.Run("the scale", func(t *testing.T) {
		if got := causesOf(changeOf(advisory.CompareAudits(before, by(own, dori)), "AUD-Q02", "camera:c#1")); !strings.HasPrefix(got, "scale : iec") {
			t.Errorf("because of %s", got)
		}
	})
	t.Run("a fact, and a subject", func(t *testing.T) {
		other := w.camera("new", 5, 0, optics())
		after := w.system(auditDay, authorised("2027-05-31"), w.outdoorCamera("IP54"), other)
		c := advisory.CompareAudits(before, after)
		if got := causesOf(changeOf(c, "AUD-P01", "camera:c")); got != "fact device.ip: 66 → 54" {
			t.Errorf("because of %s", got)
		}
		if got := causesOf(changeOf(c, "AUD-P01", "camera:new")); got != "subject camera:new:  → present" {
			t.Errorf("because of %s", got)
		}
		if !slices.IsSortedFunc(c.Changes, func(a, b inventory.FindingChange) int { return evidenceOnly(a) - evidenceOnly(b) }) {
			t.Error("changes of evidence come before those of verdicts")
		}
		back := advisory.CompareAudits(after, before)
		if len(back.Changes) != len(c.Changes) || back.Unchanged != c.Unchanged {
			t.Errorf("%d changes there, %d back", len(c.Changes), len(back.Changes))
		}
	})
}

func evidenceOnly(c inventory.FindingChange) int {
	if c.Before != nil && c.After != nil && c.Before.Verdict == c.After.Verdict && c.Before.Severity == c.After.Severity {
		return 1
	}
	return 0
}

// answer answers a finding of an audit.
func (w town) answer(audit inventory.Audit, rule, subject string, status inventory.AnswerStatus, text string) inventory.FindingAnswer {
	w.t.Helper()
	answer, known := audit.AnswerTo(rule, subject)
	if !known {
		w.t.Fatalf("no finding of %s on %s", rule, subject)
	}
	answer.Status, answer.Author, answer.On, answer.Text, answer.Reference = status, "référent", "2026-11-22", text, "PV-17"
	if err := w.store.Answers().Put(w.t.Context(), answer); err != nil {
		w.t.Fatal(err)
	}
	return answer
}

// answered is what was answered to one finding.
func (w town) answered(audit inventory.Audit, rule, subject string) *inventory.AnsweredFinding {
	w.t.Helper()
	all, err := w.advisor().Answers(w.t.Context(), audit)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range all {
		if audit.Result.Findings[all[i].Finding].Rule == rule && all[i].Subject == subject {
			return &all[i]
		}
	}
	return nil
}

// TestAnswersOutliveAudits: an answer holds in the next audit while the finding is the same, and the finding is open again
// when a fact or the book changed it, with the reason.
func TestAnswersOutliveAudits(t *testing.T) {
	w := newTown(t)
	first := w.system(auditDay, authorised("2027-05-31"), w.outdoorCamera("IP54"))
	if err := w.store.Audits().Put(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if w.answered(first, "AUD-P01", "camera:c") != nil {
		t.Error("a finding is answered that never was")
	}
	w.answer(first, "AUD-P01", "camera:c", inventory.AnswerJustified, "sous un auvent")
	last := w.answer(first, "AUD-P01", "camera:c", inventory.AnswerContested, "l’indice est celui du caisson")
	got := w.answered(first, "AUD-P01", "camera:c")
	if got == nil || got.Status != inventory.AnswerContested || got.Changed || len(got.Answers) != 2 || got.Answers[0].ID != last.ID {
		t.Fatalf("answered %+v", got)
	}
	again := w.system("2026-12-01", authorised("2027-05-31"), w.outdoorCamera("IP54"))
	if got := w.answered(again, "AUD-P01", "camera:c"); got == nil || got.Status != inventory.AnswerContested || got.Changed {
		t.Errorf("ten days later: %+v", got)
	}
	changed := w.system("2026-12-02", authorised("2027-05-31"), w.outdoorCamera("IP55"))
	got = w.answered(changed, "AUD-P01", "camera:c")
	if got == nil || got.Status != inventory.AnswerOpen || !got.Changed || len(got.Answers) != 2 ||
		causesOf(&inventory.FindingChange{Causes: got.Causes}) != "fact device.ip: 54 → 55" {
		t.Errorf("with another housing: %+v", got)
	}
	if err := w.store.Audits().Delete(t.Context(), first.ID, nil); err != nil {
		t.Fatal(err)
	}
	if got := w.answered(changed, "AUD-P01", "camera:c"); got == nil || !got.Changed || len(got.Causes) != 0 {
		t.Errorf("once the audit is gone: %+v", got)
	}
	if _, known := first.AnswerTo("AUD-P01", "camera:none"); known {
		t.Error("a finding that is not there can be answered")
	}
}

// TestAnswersAtOnce: what several people answer at once is all kept.
func TestAnswersAtOnce(t *testing.T) {
	w := newTown(t)
	audit := w.system(auditDay, authorised("2027-05-31"), w.outdoorCamera("IP54"))
	var people sync.WaitGroup
	for i := range 16 {
		people.Go(func() {
			answer, _ := audit.AnswerTo("AUD-P01", "camera:c")
			answer.Status, answer.Author, answer.On, answer.Text = inventory.AnswerJustified, fmt.Sprint("agent ", i), "2026-11-22", "vu"
			if err := w.store.Answers().Put(t.Context(), answer); err != nil {
				t.Error(err)
			}
		})
	}
	people.Wait()
	if got := w.answered(audit, "AUD-P01", "camera:c"); got == nil || len(got.Answers) != 16 {
		t.Errorf("kept %+v", got)
	}
}
