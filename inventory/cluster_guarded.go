package inventory

import (
	"context"
	"iter"
	"slices"
)

// CountCells is that of [CellCounter]. The store counts for each clause that asks for attributes alone, by the attributes of the
// clauses before it as well: by their values is known what these have counted. What other clauses give is read.
func (s *guardedShelf[T]) CountCells(ctx context.Context, q Query, in Cells, by ...Attr) ([]CellGroup, error) {
	may, err := s.reach(ctx, Read)
	switch {
	case err != nil:
		return nil, err
	case may.all:
		return CountCells(ctx, s.shelf, q, in, by...)
	}
	if err := CheckCells(q, in, by); err != nil {
		return nil, err
	}
	plain, others := may.split()
	var tally CellTally
	for i, c := range plain {
		if err := s.countClause(ctx, &tally, cellQuestion{q, in, by}, c, plain[:i]); err != nil {
			return nil, err
		}
	}
	for record, err := range s.read(ctx, in.Query(q), others, may) {
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(plain, func(c clause) bool { return c.holds(record) }) {
			tally.note(record, in, by)
		}
	}
	return tally.Groups(), nil
}

// cellQuestion is what is asked of CountCells.
type cellQuestion struct {
	query Query
	in    Cells
	by    []Attr
}

// split tells the clauses that ask for attributes alone, whose records are shown as they are, from the others.
func (r reach) split() (plain, others []clause) {
	for _, c := range r.clauses {
		if c.keys == nil && c.area == nil && c.grade == "" {
			plain = append(plain, c)
		} else {
			others = append(others, c)
		}
	}
	return plain, others
}

// countClause has the store count what a clause gives and those before it do not.
func (s *guardedShelf[T]) countClause(ctx context.Context, tally *CellTally, asked cellQuestion, c clause, before []clause) error {
	by := slices.Clone(asked.by)
	for _, earlier := range before {
		for _, condition := range earlier.where {
			if !slices.Contains(by, condition.Attr) {
				by = append(by, condition.Attr)
			}
		}
	}
	q := asked.query
	q.Where = slices.Concat(q.Where, c.where)
	groups, err := CountCells(ctx, s.shelf, q, asked.in, by...)
	if err != nil {
		return err
	}
	for _, group := range groups {
		values := Attributes{}
		for i, attr := range by {
			values.set(attr, group.Values[i])
		}
		if !slices.ContainsFunc(before, func(earlier clause) bool { return earlier.meets(values) }) {
			tally.Add(group.Count, group.Cell, group.Values[:len(asked.by)]...)
		}
	}
	return nil
}

// meets tells whether attributes meet a clause that asks for attributes alone.
func (c clause) meets(values Attributes) bool {
	return !slices.ContainsFunc(c.where, func(w Condition) bool { return !w.holds(values) })
}

// read gives the records of a query that some clauses give, as the caller sees them, each once.
func (s *guardedShelf[T]) read(ctx context.Context, q Query, clauses []clause, may reach) iter.Seq2[T, error] {
	parts := make([]iter.Seq2[T, error], len(clauses))
	for i, c := range clauses {
		if c.grade == "" {
			parts[i] = s.part(ctx, q, c)
		} else {
			parts[i] = s.coarsePart(ctx, q, c, may)
		}
	}
	return merge(parts)
}

// CountCells is that of [CellCounter]: no secret can be counted by.
func (v *veiled[T]) CountCells(ctx context.Context, q Query, in Cells, by ...Attr) ([]CellGroup, error) {
	return CountCells(ctx, v.shelf, q, in, by...)
}

// CountCells is that of [CellCounter]: no secret can be counted by.
func (s *sealed[T]) CountCells(ctx context.Context, q Query, in Cells, by ...Attr) ([]CellGroup, error) {
	return CountCells(ctx, s.shelf, q, in, by...)
}
