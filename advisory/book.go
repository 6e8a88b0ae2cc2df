package advisory

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"path"
	"slices"
	"strings"

	"vigie/inventory"
)

//go:embed book
var bookFiles embed.FS

// Verified says how far a value of the book was checked against its source.
type Verified string

// The marks of verification.
const (
	// VerifiedYes: read in the source named.
	VerifiedYes Verified = "yes"
	// VerifiedSecondary: found only in a third party's document, not in the official text.
	VerifiedSecondary Verified = "secondary"
	// Unverified: from memory, or from a source that could not be opened.
	Unverified Verified = "unverified"
	// Practice: an engineering habit without normative force.
	Practice Verified = "practice"
)

// Sourced is a value with its origin.
type Sourced[V any] struct {
	Value    V
	Source   string
	Verified Verified
	// ValidFrom is the first day of the value; empty when it has no known beginning.
	ValidFrom inventory.Date
}

// Book is the rulebook: level scales, assumption and equipment profiles, parameters, audit and recommendation rules, their
// limits, costs, and sizing. It is never changed after it was loaded, and may be shared by goroutines.
type Book struct {
	// Edition names the edition, as "2026-11".
	Edition string
	// Hash is the SHA-256 of all files of the book, their names included, in hexadecimal.
	Hash string
	// Scales, Assumptions and Profiles are in the order of their identifiers.
	Scales      []Scale
	Assumptions []Assumption
	Profiles    []Profile
	Params      Params
	Costs       Costs
	Sizing      Sizing
	// Rules are in the order of their identifiers, those of one identifier in that of their days; Limits in that of their
	// names.
	Rules  []Rule
	Limits []Limit
	// Advice are the recommendation rules, in the order of Rules.
	Advice []AdviceRule

	language *language
	// opened are the last sessions; nil holds none.
	opened *opened
}

// Scale gives the level scale with an identifier.
func (b *Book) Scale(id string) (Scale, bool) {
	i := slices.IndexFunc(b.Scales, func(s Scale) bool { return s.ID == id })
	if i < 0 {
		return Scale{}, false
	}
	return b.Scales[i], true
}

// Assumption gives the assumption profile with an identifier.
func (b *Book) Assumption(id string) (Assumption, bool) {
	i := slices.IndexFunc(b.Assumptions, func(a Assumption) bool { return a.ID == id })
	if i < 0 {
		return Assumption{}, false
	}
	return b.Assumptions[i], true
}

// Profile gives the equipment profile with an identifier.
func (b *Book) Profile(id string) (Profile, bool) {
	i := slices.IndexFunc(b.Profiles, func(p Profile) bool { return p.ID == id })
	if i < 0 {
		return Profile{}, false
	}
	return b.Profiles[i], true
}

// Rule gives the rule with an identifier that is in force on a day.
func (b *Book) Rule(id string, at inventory.Date) (Rule, bool) {
	i := slices.IndexFunc(b.Rules, func(r Rule) bool { return r.ID == id && r.InForce(at) })
	if i < 0 {
		return Rule{}, false
	}
	return b.Rules[i], true
}

// LoadBook reads the embedded book. Every fault of the whole book is listed at once, with file, line and column.
func LoadBook() (*Book, error) {
	files, err := fs.Sub(bookFiles, "book")
	if err != nil {
		return nil, fmt.Errorf("rulebook: %w", err)
	}
	return Load(files)
}

// LoadOverlay reads the embedded book with a local one laid over it: overlay.yaml, assumptions/*.yaml, profiles/*.yaml and
// rules/*.yaml. A local book adds profiles and rules, and makes limits stricter; what the embedded book says goes on to
// hold. The error is as that of [Load].
func LoadOverlay(local fs.FS) (*Book, error) {
	files, err := fs.Sub(bookFiles, "book")
	if err != nil {
		return nil, fmt.Errorf("rulebook: %w", err)
	}
	loading := newLoader()
	if err := loading.read(files); err != nil {
		return nil, err
	}
	loading.layOver()
	if err := loading.read(local); err != nil {
		return nil, err
	}
	return loading.conclude()
}

// Load reads a book from its files: scales.yaml, params.yaml, limits.yaml, costs.yaml, sizing.yaml, assumptions/*.yaml, profiles/*.yaml
// and rules/*.yaml. The error joins one *BookError for every fault of the whole book.
func Load(files fs.FS) (*Book, error) {
	loading := newLoader()
	if err := loading.read(files); err != nil {
		return nil, err
	}
	return loading.conclude()
}

// fileNames lists every file of the book, in the order of their names.
func fileNames(files fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	slices.Sort(names)
	return names, err
}

const (
	rulesFolder = "rules"
	// maxRules bounds a book: what a person can answer for.
	maxRules = 2000
	// maxFileBytes bounds the files of a book.
	maxFileBytes = 1 << 20
)

// loader gathers a book and its faults, file by file.
type loader struct {
	book   *Book
	sum    hash.Hash
	names  []string
	faults []error
	// defaultScale is where params.yaml names the default scale.
	defaultScale place
	rules        []*rulePage
	advice       []*advicePage
	// overlay tells that the files are of a local book. own are then the limits before it made some stricter: the cases of
	// the book's own rules were written for them.
	overlay bool
	own     []Limit
}

func newLoader() *loader { return &loader{book: &Book{}, sum: sha256.New()} }

func (l *loader) read(files fs.FS) error {
	names, err := fileNames(files)
	if err != nil {
		return fmt.Errorf("rulebook: %w", err)
	}
	isRule := func(name string) bool { return path.Dir(name) == rulesFolder }
	if rules := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !isRule(name) }); len(rules) > maxRules {
		reason := fmt.Sprintf("there are %d rules, more than %d: none is read", len(rules), maxRules)
		l.faults = append(l.faults, &BookError{File: rulesFolder, Reason: reason})
		names = slices.DeleteFunc(names, isRule)
	}
	pages := make([]*page, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("rulebook: %w", err)
		}
		pages[i] = &page{file: name, raw: text}
	}
	concurrently(pages, (*page).parse)
	for _, p := range pages {
		l.add(p)
	}
	return nil
}

// add reads one file.
func (l *loader) add(p *page) {
	name := p.file
	fmt.Fprintf(l.sum, "%s\x00%d\x00%s", name, len(p.raw), p.raw)
	l.names = append(l.names, name)
	switch folder := path.Dir(name); {
	case len(p.raw) > maxFileBytes:
		p.fault(place{}, "is larger than %d bytes", maxFileBytes)
	case folder == "assumptions" && path.Ext(name) == ".yaml":
		l.addAssumption(p)
	case folder == "profiles" && path.Ext(name) == ".yaml":
		l.addProfile(p)
	case folder == rulesFolder && path.Ext(name) == ".yaml":
		l.addRule(p)
	case l.overlay:
		l.addOverlay(p)
	case name == "scales.yaml":
		l.book.Scales = p.scales()
	case name == "params.yaml":
		l.book.Edition, l.book.Params, l.defaultScale = p.params()
	case name == "limits.yaml":
		l.book.Limits = p.limits()
	case name == "costs.yaml":
		l.book.Costs = p.costs()
	case name == "sizing.yaml":
		l.book.Sizing = p.sizing()
	default:
		p.fault(place{}, "is not a file of the book: scales.yaml, params.yaml, limits.yaml, costs.yaml, sizing.yaml, assumptions/*.yaml, "+
			"profiles/*.yaml or rules/*.yaml")
	}
	l.faults = append(l.faults, p.faults...)
}

// addRule reads an audit rule or a recommendation rule.
func (l *loader) addRule(p *page) {
	switch {
	case p.root == nil:
	case isAdvice(p.root):
		rule := p.readAdvice(p.root)
		rule.local = l.overlay
		l.advice = append(l.advice, rule)
	default:
		rule := p.readRule(p.root)
		rule.local = l.overlay
		l.rules = append(l.rules, rule)
	}
}

func (l *loader) addAssumption(p *page) {
	assumption := p.assumption()
	_, taken := l.book.Assumption(assumption.ID)
	p.checkProfileName(assumption.ID, taken)
	l.book.Assumptions = append(l.book.Assumptions, assumption)
}

func (l *loader) addProfile(p *page) {
	profile := p.profile()
	_, taken := l.book.Profile(profile.ID)
	p.checkProfileName(profile.ID, taken)
	l.book.Profiles = append(l.book.Profiles, profile)
}

// checkProfileName holds the name of the file against the profile, which is taken when the book has another one.
func (p *page) checkProfileName(id string, taken bool) {
	if want := strings.TrimSuffix(path.Base(p.file), ".yaml"); id != "" && id != want {
		p.fault(place{1, 1}, "the profile %q must be in a file of its name", id)
	}
	if taken {
		p.fault(place{1, 1}, "the book has a profile %q: a local book gives its own another name", id)
	}
}

// conclude checks what takes several files, and gives the book when there is no fault.
func (l *loader) conclude() (*Book, error) {
	for _, needed := range []string{"scales.yaml", "params.yaml"} {
		if !slices.Contains(l.names, needed) {
			l.faults = append(l.faults, &BookError{File: needed, Reason: "the file is missing"})
		}
	}
	id := l.book.Params.DefaultScale.Value
	if _, known := l.book.Scale(id); !known && id != "" && len(l.book.Scales) > 0 {
		l.faults = append(l.faults, &BookError{
			File: "params.yaml", Line: l.defaultScale.line, Column: l.defaultScale.column,
			Reason: fmt.Sprintf("%q is not a scale of scales.yaml", id),
		})
	}
	slices.SortFunc(l.book.Assumptions, func(a, b Assumption) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(l.book.Profiles, func(a, b Profile) int { return strings.Compare(a.ID, b.ID) })
	l.checkArticles()
	l.concludeRules()
	l.concludeAdvice()
	if len(l.faults) > 0 {
		return nil, fmt.Errorf("rulebook: %w", errors.Join(l.faults...))
	}
	l.book.Hash, l.book.opened = hex.EncodeToString(l.sum.Sum(nil)), &opened{}
	return l.book, nil
}
