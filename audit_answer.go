package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"vigie/inventory"
)

// answerConfig is an answer to a finding.
type answerConfig struct {
	Rule, Subject, Status   string
	Author, Text, Reference string
	On                      string
}

func (a *app) auditAnswerCommand() *cobra.Command {
	c := &a.config.Audit.Answer
	cmd := &cobra.Command{
		Use:   "answer AUDIT",
		Short: "Answer a finding of an audit that was kept: justified, fixed, contested, or open again",
		Long: `Answer adds what is said to a finding: who says it, when, why, and a document that proves it. An answer changes no
verdict, and holds in later audits as long as the finding stays what it is. Answers are never changed: the last one
counts.`,
		Example: `  vigie audit answer 0d7… --rule AUD-L02 --subject deployment:city --status fixed --author 'Service juridique' \
    --text 'Arrêté renouvelé' --reference 'arrêté 2026-114'`,
		Args: atMost(1),
	}
	flags := cmd.Flags()
	a.storeFlags(flags)
	flags.StringVar(&c.Rule, "rule", "", "`identifier` of the rule, as AUD-L02")
	flags.StringVar(&c.Subject, "subject", "", "`key` of the subject as the audit tells it, as deployment:city or camera:c1#1 (default: the only one)")
	flags.StringVar(&c.Status, "status", "", "`state`: justified, fixed, contested or open")
	flags.StringVar(&c.Author, "author", "", "who answers, by `function` rather than by name")
	flags.StringVar(&c.On, "on", "", "`day` of the answer, as 2026-11-21 (default: today)")
	flags.StringVar(&c.Text, "text", "", "what is answered")
	flags.StringVar(&c.Reference, "reference", "", "`document` that proves it: a number, a file name, an address")
	return a.bind(cmd, action{faults: a.answerFaults, do: a.answerFinding})
}

func (a *app) answerFaults(args []string) []string {
	c := a.config.Audit.Answer
	faults := append(a.storeFaults(), oneOf("status", c.Status, words(inventory.AnswerStatuses())...)...)
	if len(args) == 0 {
		faults = append(faults, "the identifier of the audit is needed (see vigie audit --keep)")
	}
	for _, needed := range []struct{ flag, value string }{{"rule", c.Rule}, {"author", c.Author}, {"text", c.Text}} {
		if needed.value == "" {
			faults = append(faults, "--"+needed.flag+" is needed")
		}
	}
	if c.On != "" && !inventory.Date(c.On).Valid() {
		faults = append(faults, "--on needs a day as 2026-11-21")
	}
	return faults
}

func (a *app) answerFinding(ctx context.Context, args []string) error {
	return a.withExistingStore(ctx, a.config.Store, func(store inventory.Store) error {
		audit, err := store.Audits().Get(ctx, inventory.ID(args[0]))
		if err != nil {
			return fmt.Errorf("audit %q: %w", args[0], err)
		}
		answer, err := a.config.Audit.Answer.to(audit)
		if err != nil {
			return err
		}
		if err := store.Answers().Put(ctx, answer); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
		p := printer{out: a.stdout}
		p.linef("Réponse enregistrée / answer kept  %s  %s, %s : %s", answer.ID, answer.Rule, answer.Subject.Key(), answerLabel(answer.Status))
		return p.err
	})
}

// to makes the answer to a finding of an audit.
func (c answerConfig) to(audit inventory.Audit) (inventory.FindingAnswer, error) {
	subject := c.Subject
	if subject == "" {
		var keys []string
		for rank, key := range audit.Result.Each() {
			if audit.Result.Findings[rank].Rule == c.Rule {
				keys = append(keys, key)
			}
		}
		if len(keys) > 1 {
			return inventory.FindingAnswer{}, refused("%s judges %d subjects in the audit, as %s: name one with --subject", c.Rule, len(keys), keys[0])
		}
		if len(keys) == 1 {
			subject = keys[0]
		}
	}
	answer, known := audit.AnswerTo(c.Rule, subject)
	if !known {
		return answer, &failure{code: exitNotFound, cause: errors.New("the audit has no finding of " + c.Rule + " on " + subject)}
	}
	answer.Status, answer.Author, answer.Text = inventory.AnswerStatus(c.Status), c.Author, c.Text
	answer.Reference, answer.On = c.Reference, dayOf(c.On)
	return answer, nil
}
