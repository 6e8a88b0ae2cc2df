package sqlite

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"vigie/inventory"
)

// mostIn is how many values of one condition are given to SQLite. A longer list is left to [inventory.Query.Matches].
const mostIn = 500

// narrow tells a condition that an index is likely to serve better than reading everything.
func narrow(c inventory.Condition) bool { return c.Narrow(mostIn) }

// single tells a condition whose index in the table gives the records in the order of their ids.
func single(t table) func(inventory.Condition) bool {
	return func(c inventory.Condition) bool { return c.Single() && t.inOrder(c.Attr) }
}

// conditions are the SQL of the conditions; exact tells whether they say all of them. Only the index of the lead may
// be used: a plus before a column hides the others from the planner (https://www.sqlite.org/optoverview.html
// §2.1), which has no statistics and would often take the wrong one.
func conditions(where []inventory.Condition, lead int) (all filter, exact bool) {
	exact = true
	var texts []string
	for i, c := range where {
		column := "+t." + string(c.Attr)
		if i == lead {
			column = "t." + string(c.Attr)
		}
		one := condition(c, column)
		texts = append(texts, one.text)
		all.args = append(all.args, one.args...)
		exact = exact && len(c.In) <= mostIn
	}
	all.text = strings.Join(texts, " AND ")
	return all, exact
}

func condition(c inventory.Condition, column string) filter {
	texts, args := []string{column + " IS NOT NULL"}, []any(nil)
	if n := len(c.In); n == 1 {
		texts, args = append(texts, column+" = ?"), append(args, c.In[0])
	} else if n > 1 && n <= mostIn {
		asked := max(n, fewIn)
		texts = append(texts, column+" IN (?"+strings.Repeat(", ?", asked-1)+")")
		for i := range asked {
			args = append(args, c.In[min(i, n-1)])
		}
	}
	if c.From != "" {
		texts, args = append(texts, column+" >= ?"), append(args, c.From)
	}
	if c.Before != "" {
		texts, args = append(texts, column+" < ?"), append(args, c.Before)
	}
	return filter{text: strings.Join(texts, " AND "), args: args}
}

// fewIn is how many values a short list has for SQLite, the last of them again and again: one text for all short lists.
const fewIn = 4

// passing tells queries of which there are too many texts to keep them all prepared: with more than two conditions, or a long
// list. Of those that are kept there are some hundred; to prepare one takes as long as to read a hundred records.
func passing(where []inventory.Condition) bool {
	return len(where) > 2 || slices.ContainsFunc(where, func(c inventory.Condition) bool { return len(c.In) > fewIn })
}

// source says where the candidates of a query come from.
type source struct {
	table table
	near  []rows // what the spatial index proposes, when it does
	lead  int    // the condition whose index is used, -1 for none
}

// byArea has the spatial index propose.
func byArea(t table, box orb.Bound) source { return source{table: t, near: t.near(box), lead: -1} }

// byCondition has the index of one condition propose; without one, the rows come as they lie.
func byCondition(t table, lead int) source { return source{table: t, lead: lead} }

// byCells has the index of the cells give the rows of a table of places, up to a key.
func byCells(t table, last string) source {
	all := rows{from: t.name() + " t INDEXED BY " + t.name() + "_cell", filter: filter{text: "t.id <= ?", args: []any{last}}}
	return source{table: t, near: []rows{all}, lead: -1}
}

func (s source) parts(where []inventory.Condition) []rows {
	switch {
	case s.near != nil:
		return s.near
	case s.lead >= 0:
		return []rows{s.table.having(where[s.lead])}
	}
	all := rows{from: s.table.name() + " t"}
	if best := inventory.Lead(where, narrow); best >= 0 {
		all.filter = s.table.blocks(where[best])
	}
	return []rows{all}
}

// selects are the statements that select columns of the source's rows that fulfil the conditions and the extra filter.
func (s source) selects(columns string, where []inventory.Condition, extra filter) []statement {
	met, _ := conditions(where, s.lead)
	parts := s.parts(where)
	statements := make([]statement, 0, len(parts))
	for _, part := range parts {
		all := both(part.filter, met, extra)
		statements = append(statements, statement{
			text:    "SELECT " + columns + " FROM " + part.from + " WHERE " + all.text,
			args:    all.args,
			passing: passing(where),
		})
	}
	return statements
}

// both is the filter that keeps what every filter keeps.
func both(filters ...filter) filter {
	texts, args := []string{"1"}, []any(nil)
	for _, f := range filters {
		if f.text != "" {
			texts = append(texts, f.text)
			args = append(args, f.args...)
		}
	}
	return filter{text: strings.Join(texts, " AND "), args: args}
}
