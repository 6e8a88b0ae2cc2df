package advisory

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"vigie/inventory"
)

// Costs are what equipment, works and running take, without tax, and what public aid there is.
type Costs struct {
	// IndexationPct is by how much prices rise a year, percent: an article of another year is brought to the year of the
	// advice by it.
	IndexationPct Sourced[float64]
	// Articles are in the order of their identifiers, those of one identifier in that of their days.
	Articles []Article
	// MaintenancePct is what maintenance takes a year, percent of what was bought.
	MaintenancePct Sourced[Span]
	// Renewals are after how many years the things of a lot are renewed.
	Renewals []Renewal
	// Subsidies are in the order of their funds, départements and days.
	Subsidies []Subsidy
}

// Article is something that is bought, or paid for every year.
type Article struct {
	ID   string
	Lot  inventory.Lot
	Name inventory.Text
	// Unit is what the price is of, as "u", "m" or "TB".
	Unit string
	// EUR is the price of a unit, euros without tax, of the year PriceYear; [Book.Article] gives it in prices of the year of
	// the advice.
	EUR       inventory.Range
	PriceYear int
	// Yearly tells what is paid every year. Complete tells the price of a whole camera point, equipment, support, works and
	// link, which is for estimates without a bill.
	Yearly, Complete bool
	Source           string
	Verified         Verified
	// ValidFrom and ValidTo are the first and the last day of the price; empty when unknown or open.
	ValidFrom, ValidTo inventory.Date

	at place
}

// Renewal is after how many years the things of a lot are renewed.
type Renewal struct {
	Lot   inventory.Lot
	Years Sourced[Span]
}

// Subsidy is a public fund and its terms: those of one département, or of all that have no terms of their own.
type Subsidy struct {
	// Fund is as "fipd".
	Fund string
	Name inventory.Text
	// Department is its INSEE code, empty for all of France.
	Department string
	// Holders are the types of holder that may have it.
	Holders []inventory.HolderType
	// Lots are those that count; running costs and studies never do.
	Lots []inventory.Lot
	// RatePct is the part of the eligible cost without tax that it gives, percent.
	RatePct Span
	// CeilingEUR is what counts of one camera at most, MinimumEUR the least amount of a file, CapPct what all State aid
	// together may reach, percent; nil when there is none.
	CeilingEUR, MinimumEUR, CapPct *float64
	Source                         string
	Verified                       Verified
	Caveat                         *inventory.Text
	ValidFrom, ValidTo             inventory.Date
}

// Article gives an article on a day, its price brought to that year; it has then that year for PriceYear.
func (b *Book) Article(id string, at inventory.Date) (Article, bool) {
	i := slices.IndexFunc(b.Costs.Articles, func(a Article) bool { return a.ID == id && within(at, a.ValidFrom, a.ValidTo) })
	if i < 0 {
		return Article{}, false
	}
	article := b.Costs.Articles[i]
	if year := yearOf(at); year > article.PriceYear {
		factor := b.Costs.factor(article.PriceYear, year)
		article.EUR = inventory.Range{Low: math.Round(article.EUR.Low * factor), High: math.Round(article.EUR.High * factor)}
		article.PriceYear = year
	}
	return article, true
}

// factor is by how much prices rose from one year to another: (1 + i/100)^n.
func (c Costs) factor(from, to int) float64 {
	return math.Pow(1+c.IndexationPct.Value/100, float64(to-from))
}

// yearOf is the year of a day, 0 when it has none.
func yearOf(day inventory.Date) int {
	text, _, _ := strings.Cut(string(day), "-")
	year, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return year
}

// Renewal gives after how many years the things of a lot are renewed.
func (b *Book) Renewal(lot inventory.Lot) (Renewal, bool) {
	i := slices.IndexFunc(b.Costs.Renewals, func(r Renewal) bool { return r.Lot == lot })
	if i < 0 {
		return Renewal{}, false
	}
	return b.Costs.Renewals[i], true
}

// Subsidy gives the terms of a fund on a day: those of the département, else those of all of France. Of terms that ended
// before the day, the last ones are given when there are no others, since the next call for projects is not known yet;
// current is then false.
func (b *Book) Subsidy(fund, department string, at inventory.Date) (terms Subsidy, current, known bool) {
	for _, place := range []string{department, ""} {
		var last *Subsidy
		for i := range b.Costs.Subsidies {
			s := &b.Costs.Subsidies[i]
			switch {
			case s.Fund != fund || s.Department != place || s.ValidFrom > at:
			case within(at, s.ValidFrom, s.ValidTo):
				return *s, true, true
			default:
				last = s
			}
		}
		if last != nil {
			return *last, false, true
		}
	}
	return Subsidy{}, false, false
}

// costs reads costs.yaml.
func (p *page) costs() Costs {
	var c Costs
	if p.root == nil {
		return c
	}
	p.object(p.root,
		field{key: "indexationPct", read: into(p, &c.IndexationPct, p.numbers(0, 50))},
		field{key: "maintenancePct", read: into(p, &c.MaintenancePct, p.spans(0, 100))},
		field{key: "renewals", read: func(n ast.Node) {
			p.list(n, func(n ast.Node) { c.Renewals = append(c.Renewals, p.renewal(n)) })
		}},
		field{key: "articles", read: func(n ast.Node) {
			p.list(n, func(n ast.Node) { c.Articles = append(c.Articles, p.article(n)) })
		}},
		field{key: "subsidies", read: func(n ast.Node) {
			p.list(n, func(n ast.Node) { c.Subsidies = append(c.Subsidies, p.subsidy(n)) })
		}},
	)
	slices.SortStableFunc(c.Articles, func(a, b Article) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(a.ValidFrom, b.ValidFrom))
	})
	slices.SortStableFunc(c.Subsidies, func(a, b Subsidy) int {
		return cmp.Or(strings.Compare(a.Fund, b.Fund), strings.Compare(a.Department, b.Department), cmp.Compare(a.ValidFrom, b.ValidFrom))
	})
	for i, a := range c.Articles[min(1, len(c.Articles)):] {
		if before := c.Articles[i]; a.ID == before.ID && a.ValidFrom <= before.ValidTo || a.ID == before.ID && before.ValidTo == "" {
			p.fault(a.at, "the article %q is there twice on a same day", a.ID)
		}
	}
	return c
}

func (p *page) renewal(n ast.Node) Renewal {
	r := Renewal{}
	p.object(n,
		field{key: "lot", read: func(n ast.Node) { r.Lot = word(p, n, inventory.Lots()...) }},
		field{key: "years", read: into(p, &r.Years, p.spans(1, 100))},
	)
	return r
}

func (p *page) article(n ast.Node) Article {
	a := Article{at: placeOf(n)}
	p.object(n,
		field{key: "id", read: func(n ast.Node) { a.ID = p.text(n) }},
		field{key: "lot", read: func(n ast.Node) { a.Lot = word(p, n, inventory.Lots()...) }},
		field{key: "name", read: func(n ast.Node) { a.Name = p.bilingual(n) }},
		field{key: "unit", read: func(n ast.Node) { a.Unit = p.text(n) }},
		field{key: "eur", read: func(n ast.Node) { a.EUR = inventory.Range(p.spans(0, 1e9)(n)) }},
		field{key: "priceYear", read: func(n ast.Node) { a.PriceYear = p.whole(n, 1990, 2100) }},
		field{key: "yearly", read: func(n ast.Node) { a.Yearly = p.flag(n) }, optional: true},
		field{key: "complete", read: func(n ast.Node) { a.Complete = p.flag(n) }, optional: true},
		field{key: "source", read: func(n ast.Node) { a.Source = p.text(n) }},
		field{key: "verified", read: func(n ast.Node) { a.Verified = p.verified(n) }},
		field{key: "validFrom", read: func(n ast.Node) { a.ValidFrom = p.date(n) }, optional: true},
		field{key: "validTo", read: func(n ast.Node) { a.ValidTo = p.date(n) }, optional: true},
	)
	if a.ValidTo != "" && a.ValidTo < a.ValidFrom {
		p.fault(a.at, "validTo is before validFrom")
	}
	return a
}

func (p *page) subsidy(n ast.Node) Subsidy {
	var s Subsidy
	amount := func(into **float64, high float64) func(ast.Node) {
		return func(n ast.Node) {
			value := p.number(n, 0, high)
			*into = &value
		}
	}
	p.object(n,
		field{key: "fund", read: func(n ast.Node) { s.Fund = p.text(n) }},
		field{key: "name", read: func(n ast.Node) { s.Name = p.bilingual(n) }},
		field{key: "department", read: func(n ast.Node) { s.Department = p.department(n) }, optional: true},
		field{key: "holders", read: func(n ast.Node) {
			p.list(n, func(n ast.Node) { s.Holders = append(s.Holders, word(p, n, inventory.HolderTypes()...)) })
		}},
		field{key: "lots", read: func(n ast.Node) {
			p.list(n, func(n ast.Node) { s.Lots = append(s.Lots, word(p, n, inventory.Lots()...)) })
		}},
		field{key: "ratePct", read: func(n ast.Node) { s.RatePct = p.spans(0, 100)(n) }},
		field{key: "ceilingEur", read: amount(&s.CeilingEUR, 1e9), optional: true},
		field{key: "minimumEur", read: amount(&s.MinimumEUR, 1e9), optional: true},
		field{key: "capPct", read: amount(&s.CapPct, 100), optional: true},
		field{key: "source", read: func(n ast.Node) { s.Source = p.text(n) }},
		field{key: "verified", read: func(n ast.Node) { s.Verified = p.verified(n) }},
		field{key: "caveat", read: func(n ast.Node) { caveat := p.bilingual(n); s.Caveat = &caveat }, optional: true},
		field{key: "validFrom", read: func(n ast.Node) { s.ValidFrom = p.date(n) }, optional: true},
		field{key: "validTo", read: func(n ast.Node) { s.ValidTo = p.date(n) }, optional: true},
	)
	return s
}

// checkArticles makes sure that the article of each equipment profile is there.
func (l *loader) checkArticles() {
	for _, p := range l.book.Profiles {
		if !slices.ContainsFunc(l.book.Costs.Articles, func(a Article) bool { return a.ID == p.Article }) {
			reason := fmt.Sprintf("%q is not an article of costs.yaml", p.Article)
			l.faults = append(l.faults, &BookError{File: "profiles/" + p.ID + ".yaml", Line: p.articleAt.line, Column: p.articleAt.column, Reason: reason})
		}
	}
}
