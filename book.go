package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"vigie/advisory"
	"vigie/inventory"
)

// bookConfig is what the user wants of the rulebook.
type bookConfig struct {
	Folder   string
	At       string
	Subject  string
	Markdown bool
	// Rule and Format are how a case is judged.
	Rule, Format string
}

const bookHelp = "`folder` of a whole book, with its scales.yaml, or of a local book laid over that of Vigie (default: Vigie's)"

func (a *app) bookCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "book",
		Short: "Check, list, show and compare the rules of audits and recommendations",
		Long: `Book tells what audits judge by and what recommendations rest on: rules with their reference and edition, dated limits,
level scales, classes of equipment, prices.

A folder with a scales.yaml is a book of its own. A folder without one is a local book laid over that of Vigie: an
overlay.yaml with its edition, rules/*.yaml of its own, profiles/*.yaml, assumptions/*.yaml; it adds rules and makes limits
stricter, and can neither remove nor loosen what Vigie's book says. A rule or a limit with a territory, a list of INSEE codes
of départements, holds there alone:

  edition: "34-2026"
  limits:
    - name: linkLoadPct
      territory: ["34"]
      value: {value: 60, source: "arrêté préfectoral 2026-12", verified: "yes", validFrom: 2027-01-01}`,
		Example: "  vigie book list\n  vigie book show AUD-L02\n  vigie book check prefecture\n  vigie book diff - prefecture",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.bookCheckCommand(), a.bookListCommand(), a.bookShowCommand(), a.bookDiffCommand(), a.bookJudgeCommand())
	return cmd
}

// bookFlag names the book that a command judges by.
func (a *app) bookFlag(flags *pflag.FlagSet) {
	flags.StringVar(&a.config.Book.Folder, "book", "", bookHelp)
}

// openBook loads the book of a folder: "" and "-" are that of Vigie. Faults of the book are input refused.
func openBook(folder string) (*advisory.Book, error) {
	book, err := loadBook(folder)
	var fault *advisory.BookError
	if errors.As(err, &fault) {
		return nil, &failure{code: exitRefused, cause: err}
	}
	return book, err
}

func loadBook(folder string) (*advisory.Book, error) {
	if folder == "" || folder == "-" {
		return advisory.LoadBook()
	}
	if _, err := os.Stat(folder); err != nil {
		return nil, err
	}
	files := os.DirFS(folder)
	switch _, err := fs.Stat(files, "scales.yaml"); {
	case err == nil:
		return advisory.Load(files)
	case errors.Is(err, fs.ErrNotExist):
		return advisory.LoadOverlay(files)
	default:
		return nil, err
	}
}

func (a *app) bookCheckCommand() *cobra.Command {
	return a.bind(&cobra.Command{
		Use:   "check [FOLDER]",
		Short: "Check a book: every fault at once, every case of every rule, what is weaker than in Vigie's book",
		Args:  atMost(1),
	}, action{do: a.bookCheck})
}

func (a *app) bookCheck(_ context.Context, args []string) error {
	folder := ""
	if len(args) > 0 {
		folder = args[0]
	}
	own, err := openBook("")
	if err != nil {
		return err
	}
	book, err := openBook(folder)
	if err != nil {
		return err
	}
	cases := 0
	for _, r := range book.Rules {
		cases += len(r.Cases)
	}
	for _, r := range book.Advice {
		cases += len(r.Cases)
	}
	p := printer{out: a.stdout}
	p.linef("Livre / book            %s (sha256 %s)", book.Edition, book.Hash)
	p.linef("Règles / rules          %d", len(book.Rules))
	p.linef("Cas vérifiés / cases    %d", cases)
	p.linef("Seuils / limits         %d", len(book.Limits))
	p.linef("Échelles / scales       %d", len(book.Scales))
	p.linef("Préconisations / advice %d", len(book.Advice))
	p.linef("Matériels / profiles    %d", len(book.Profiles))
	p.linef("Articles / articles     %d", len(book.Costs.Articles))
	p.changes("Moins strict que le livre de Vigie / weaker than Vigie’s book", advisory.Compare(own, book), advisory.Weaker)
	p.changes("À examiner / to be examined", advisory.Compare(own, book), advisory.ToExam)
	return p.err
}

// changes prints the changes of one effect under a title, nothing when there are none.
func (p *printer) changes(title string, all []advisory.Change, effect advisory.Effect) {
	first := true
	for _, c := range all {
		if c.Effect != effect {
			continue
		}
		if first {
			p.linef("%s", title)
			first = false
		}
		p.linef("  %s %s: %s → %s", c.What, c.Field, oneLine(c.Before), oneLine(c.After))
	}
}

func oneLine(text string) string {
	if text == "" {
		return "–"
	}
	return strings.Join(strings.Fields(text), " ")
}

func (a *app) bookListCommand() *cobra.Command {
	c := &a.config.Book
	cmd := &cobra.Command{
		Use: "list", Short: "List the rules in force on a day; with --markdown, the whole book as a document", Args: atMost(0),
	}
	flags := cmd.Flags()
	a.bookFlag(flags)
	flags.StringVar(&c.At, "at", "", "`day` as 2026-11-21 (default: today)")
	flags.StringVar(&c.Subject, "subject", "", "only rules on a `subject`: holder, deployment, camera, area, need or project")
	flags.BoolVar(&c.Markdown, "markdown", false, "print every wording of every rule, the facts and the limits as Markdown")
	return a.bind(cmd, action{faults: a.bookListFaults, do: a.bookList})
}

func (a *app) bookListFaults([]string) []string {
	c := a.config.Book
	faults := oneOf("subject", c.Subject, append(words(inventory.SubjectKinds()), string(advisory.SubjectNeed), string(advisory.SubjectProject), "")...)
	if c.At != "" && !inventory.Date(c.At).Valid() {
		faults = append(faults, "--at needs a day as 2026-11-21")
	}
	return faults
}

func (a *app) bookList(context.Context, []string) error {
	c := a.config.Book
	book, err := openBook(c.Folder)
	if err != nil {
		return err
	}
	if c.Markdown {
		return printBook(a.stdout, book)
	}
	at := inventory.Date(c.At)
	if at == "" {
		at = inventory.Date(time.Now().Format(time.DateOnly))
	}
	table := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	p := printer{out: table}
	p.linef("Règle / rule\tGravité / severity\tBase / basis\tObjet / subject\tVérifié / verified\tIntitulé / title")
	for _, r := range book.Rules {
		if r.InForce(at) && (c.Subject == "" || c.Subject == string(r.Subject)) {
			p.linef("%s\t%s\t%s\t%s\t%s\t%s", r.ID, r.Severity, r.Basis, r.Subject, r.Verified, r.Title.FR)
		}
	}
	for _, r := range book.Advice {
		if r.InForce(at) && (c.Subject == "" || c.Subject == string(r.Subject)) {
			p.linef("%s\t%s\t%s\t%s\t%s\t%s", r.ID, "conseil/ADVICE", r.Basis, r.Subject, r.Verified, r.Title.FR)
		}
	}
	if p.err == nil {
		p.err = table.Flush()
	}
	return p.err
}

func (a *app) bookShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show a rule: what must hold, where it comes from, what to do, what its findings show",
		Args: atMost(1),
	}
	a.bookFlag(cmd.Flags())
	return a.bind(cmd, action{
		faults: func(args []string) []string {
			if len(args) == 0 {
				return []string{"the identifier of a rule is needed, as AUD-L02"}
			}
			return nil
		},
		do: a.bookShow,
	})
}

func (a *app) bookShow(_ context.Context, args []string) error {
	book, err := openBook(a.config.Book.Folder)
	if err != nil {
		return err
	}
	rules := slices.DeleteFunc(slices.Clone(book.Rules), func(r advisory.Rule) bool { return !strings.EqualFold(r.ID, args[0]) })
	advice := slices.DeleteFunc(slices.Clone(book.Advice), func(r advisory.AdviceRule) bool { return !strings.EqualFold(r.ID, args[0]) })
	if len(rules)+len(advice) == 0 {
		return &failure{code: exitNotFound, cause: errors.New("the book has no rule " + args[0] + " (see vigie book list)")}
	}
	p := printer{out: a.stdout}
	for _, r := range rules {
		p.rule(book, r)
	}
	for _, r := range advice {
		p.advice(r)
	}
	return p.err
}

func (a *app) bookDiffCommand() *cobra.Command {
	return a.bind(&cobra.Command{
		Use:   "diff A B",
		Short: "Tell what changes from a book to another: folders, or - for Vigie's own",
		Args:  atMost(2),
	}, action{
		faults: func(args []string) []string {
			if len(args) < 2 {
				return []string{"two books are needed: folders, or - for that of Vigie"}
			}
			return nil
		},
		do: a.bookDiff,
	})
}

func (a *app) bookDiff(_ context.Context, args []string) error {
	before, err := openBook(args[0])
	if err != nil {
		return err
	}
	after, err := openBook(args[1])
	if err != nil {
		return err
	}
	changes := advisory.Compare(before, after)
	p := printer{out: a.stdout}
	p.linef("%s → %s", before.Edition, after.Edition)
	p.changes("Moins strict / weaker", changes, advisory.Weaker)
	p.changes("Plus strict / stricter", changes, advisory.Tighter)
	p.changes("À examiner / to be examined", changes, advisory.ToExam)
	p.changes("Sans effet sur les verdicts / no effect on verdicts", changes, advisory.NoEffect)
	if len(changes) == 0 {
		p.linef("Aucune différence / no difference")
	}
	return p.err
}
