package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"vigie/advisory"
	"vigie/inventory"
)

func (a *app) bookJudgeCommand() *cobra.Command {
	c := &a.config.Book
	cmd := &cobra.Command{
		Use:   "judge FILE",
		Short: "Judge a case that is written down: facts in JSON, - for the standard input",
		Long: `Judge tells what every rule in force says of a case that is written down, which helps to write a rule. The case is as

  {"subject": "deployment", "at": "2026-11-21", "facts": {"deployment.retentionDays": 31}}

with the names of vigie book list --markdown; what is left out is unknown. Nothing is stored.`,
		Example: "  vigie book judge case.json --book prefecture --rule LOC34-01",
		Args:    atMost(1),
	}
	flags := cmd.Flags()
	a.bookFlag(flags)
	flags.StringVar(&c.Rule, "rule", "", "only one rule: its `identifier`")
	flags.StringVar(&c.Format, "format", "table", "`format` of the result: table or json")
	return a.bind(cmd, action{faults: func(args []string) []string {
		faults := oneOf("format", c.Format, "table", "json")
		if len(args) == 0 {
			faults = append(faults, "the file of a case is needed, or - for the standard input")
		}
		return faults
	}, do: a.bookJudge})
}

func (a *app) bookJudge(_ context.Context, args []string) error {
	c := a.config.Book
	book, err := openBook(c.Folder)
	if err != nil {
		return err
	}
	var found judged
	if err := a.withInput(args[0], func(source input) error {
		found, err = judgeInput(book, source)
		return err
	}); err != nil {
		return err
	}
	found.only(c.Rule)
	if len(found.findings)+len(found.advice) == 0 && c.Rule != "" {
		return &failure{code: exitNotFound, cause: fmt.Errorf("the book has no rule %s on such a subject then (see vigie book list)", c.Rule)}
	}
	return a.output("-", func(out io.Writer) error {
		if c.Format == "json" {
			return json.NewEncoder(out).Encode(found.all())
		}
		p := printer{out: out}
		for _, f := range found.findings {
			p.linef("%s  %-28s %-20s %s", f.Rule, verdictLabel(f.Verdict), severityLabel(f.Severity), f.Title.FR)
			for _, name := range f.Missing {
				p.linef("    Manque / missing  %s", factLine(name))
			}
		}
		for _, advice := range found.advice {
			p.givenAdvice(advice)
		}
		return p.err
	})
}

// judged is what rules say of a case.
type judged struct {
	findings []advisory.Finding
	advice   []inventory.Advice
}

// only keeps what one rule says, all when it is empty.
func (j *judged) only(rule string) {
	j.findings = slices.DeleteFunc(j.findings, func(f advisory.Finding) bool { return rule != "" && f.Rule != rule })
	j.advice = slices.DeleteFunc(j.advice, func(a inventory.Advice) bool { return rule != "" && a.Rule != rule })
}

// all is everything in one list, findings first.
func (j judged) all() []any {
	list := []any{}
	for _, f := range j.findings {
		list = append(list, f)
	}
	for _, a := range j.advice {
		list = append(list, a)
	}
	return list
}

// judgeInput reads a case and judges it.
func judgeInput(book *advisory.Book, source input) (found judged, err error) {
	text, err := io.ReadAll(source)
	if err != nil {
		return judged{}, fmt.Errorf("%s: %w", source.name, err)
	}
	written, err := advisory.DecodeCase(text)
	if err != nil {
		return judged{}, fmt.Errorf("%s: %w", source.name, err)
	}
	session, err := book.On(written.At, written.Scale)
	if err != nil {
		return judged{}, refused("%s: %w", source.name, err)
	}
	if found.findings, err = session.Judge(written.Subject, written.Facts); err != nil {
		return judged{}, err
	}
	found.advice, err = book.Advise(written.Subject, written.Facts, written.At)
	return found, err
}
