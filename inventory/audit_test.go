package inventory_test

import (
	"errors"
	"strings"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// TestAuditRecordFaults: every fault of an audit and of an answer is listed, by its field.
func TestAuditRecordFaults(t *testing.T) {
	audit, answer := inventorytest.FullAudit(), inventorytest.FullAnswer()
	audit.Request.At, audit.Request.Holder = "", "holder:1"
	audit.Result.Subject.Kind, audit.Result.Findings[1].Subjects = "street", nil
	answer.Status, answer.Author, answer.Text, answer.State = "done", "", strings.Repeat("x", 20_001), ""
	for name, test := range map[string]struct {
		record inventory.Record
		fields []string
	}{
		"audit":        {audit, []string{"request.at", "request.deployment", "result.subject.kind", "result.findings[1]"}},
		"answer":       {answer, []string{"status", "author", "text", "state"}},
		"empty answer": {inventory.FindingAnswer{}, []string{"id", "subject.kind", "subject.id", "rule", "status", "author", "on", "text", "audit", "state"}},
	} {
		var invalid *inventory.InvalidError
		if err := test.record.Validate(); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		found := map[string]bool{}
		for _, fault := range invalid.Faults {
			found[fault.Field] = true
		}
		for _, field := range test.fields {
			if !found[field] {
				t.Errorf("%s: no fault of %s in %v", name, field, invalid)
			}
		}
	}
}

// TestAuditAttributes: audits and answers are found by what they are about.
func TestAuditAttributes(t *testing.T) {
	got := inventorytest.FullAudit().Attributes()
	for attr, want := range map[inventory.Attr]string{
		inventory.AttrCategory: "deployment", inventory.AttrHolder: "holder:1", inventory.AttrDeployment: "deployment:1",
		inventory.AttrCommune: "2A004", inventory.AttrDepartment: "2A",
	} {
		if got[attr] != want {
			t.Errorf("the audit has %s %q, not %q", attr, got[attr], want)
		}
	}
	answer := inventorytest.FullAnswer()
	if got := answer.Attributes(); got[inventory.AttrStatus] != "contested" || got[inventory.AttrCategory] != "camera" {
		t.Errorf("the answer has %v", got)
	}
	if answer.Finding() != inventory.FindingID("AUD-Q02", "camera:camera:1#1") || answer.Finding() == inventory.FindingID("AUD-Q02", "camera:camera:1") {
		t.Error("a finding is not identified by its rule and its subject")
	}
}
