package inventory

import (
	"context"
	"slices"
)

// Count is that of [Counter]; see [guardedShelf.CountBy].
func (s *guardedShelf[T]) Count(ctx context.Context, q Query) (n int, err error) {
	may, err := s.reading(ctx, q)
	switch {
	case err != nil:
		return 0, err
	case may.all:
		return Count(ctx, s.shelf, q)
	}
	tally, err := s.tally(ctx, q, nil, may)
	for _, group := range tally.Groups() {
		n += group.Count
	}
	return n, err
}

// CountBy is that of [Counter]. The store counts for each clause that asks for attributes alone, or that is the only one, by
// the attributes of the clauses before it as well: by their values is known what these have counted. What other clauses give is
// read.
func (s *guardedShelf[T]) CountBy(ctx context.Context, q Query, by ...Attr) ([]Group, error) {
	may, err := s.reading(ctx, q)
	switch {
	case err != nil:
		return nil, err
	case may.all:
		return CountBy(ctx, s.shelf, q, by...)
	}
	if err := CheckGroups(by); err != nil {
		return nil, err
	}
	tally, err := s.tally(ctx, q, by, may)
	return tally.Groups(), err
}

// tally counts the records of a query that are in reach, by their values of some attributes.
func (s *guardedShelf[T]) tally(ctx context.Context, q Query, by []Attr, may reach) (tally Tally, err error) {
	q.After, q.Limit = "", 0
	if err := q.Validate(); err != nil {
		return tally, err
	}
	plain, others := may.split(by)
	if only := may.only(q); only != nil {
		q.Area, plain, others = only.area, []clause{{where: only.where}}, nil
	}
	for i, c := range plain {
		if err := s.count(ctx, &tally, question{q, by}, plain[:i], c); err != nil {
			return Tally{}, err
		}
	}
	for record, err := range s.read(ctx, q, others, may) {
		if err != nil {
			return Tally{}, err
		}
		if !earlier(plain).counted(record) {
			tally.note(record, by)
		}
	}
	return tally, nil
}

// question is what is asked of CountBy.
type question struct {
	query Query
	by    []Attr
}

// count has the store count what a clause gives and those before it do not.
func (s *guardedShelf[T]) count(ctx context.Context, tally *Tally, asked question, before earlier, c clause) error {
	q, by, possible := before.narrow(asked.query, asked.by, c)
	if !possible {
		return nil
	}
	groups, err := countGroups(ctx, s.shelf, q, by)
	if err != nil {
		return err
	}
	for _, group := range groups {
		if !before.have(by, group.Values) {
			tally.Add(group.Count, group.Values[:len(asked.by)]...)
		}
	}
	return nil
}

// countGroups is [CountBy], and [Count] where nothing is asked to count by.
func countGroups[T Record](ctx context.Context, shelf Shelf[T], q Query, by []Attr) ([]Group, error) {
	if len(by) > 0 {
		return CountBy(ctx, shelf, q, by...)
	}
	n, err := Count(ctx, shelf, q)
	return []Group{{Count: n}}, err
}

// split tells the clauses that the store counts by some attributes from those whose records are read. It counts what clauses that
// ask for attributes alone show as it is; but where an attribute is given twice there may be too many to count by.
func (r reach) split(by []Attr) (plain, others []clause) {
	if len(by) > len(slices.Compact(slices.Sorted(slices.Values(by)))) {
		return nil, r.clauses
	}
	for _, c := range r.clauses {
		if c.keys == nil && c.area == nil && c.grade == "" {
			plain = append(plain, c)
		} else {
			others = append(others, c)
		}
	}
	return plain, others
}

// only is the clause of a reach that has but one, of a surface, of which a query asks for all; nil when it is not so.
func (r reach) only(q Query) *clause {
	if len(r.clauses) != 1 || q.Area != nil {
		return nil
	}
	if c := r.clauses[0]; c.area != nil && c.keys == nil && c.grade == "" {
		return &c
	}
	return nil
}

// earlier are clauses that ask for attributes alone, whose records are counted already.
type earlier []clause

// narrow is the query that counts what a clause gives of a query, and the attributes to count by; possible is false where there
// can be nothing.
func (e earlier) narrow(q Query, by []Attr, c clause) (_ Query, _ []Attr, possible bool) {
	q.Where, possible = bothOf(q.Where, c.where)
	return q, e.attrs(by), possible
}

// attrs are those to count by, and after them those of the clauses.
func (e earlier) attrs(by []Attr) []Attr {
	by = slices.Clone(by)
	for _, c := range e {
		for _, condition := range c.where {
			if !slices.Contains(by, condition.Attr) {
				by = append(by, condition.Attr)
			}
		}
	}
	return by
}

// counted tells whether a record was.
func (e earlier) counted(record Record) bool {
	return slices.ContainsFunc(e, func(c clause) bool { return c.holds(record) })
}

// have tells whether the records of a group were counted, by its values of the attributes.
func (e earlier) have(attrs []Attr, values []string) bool {
	attributes := Attributes{}
	for i, attr := range attrs {
		attributes.set(attr, values[i])
	}
	return slices.ContainsFunc(e, func(c clause) bool { return c.meets(attributes) })
}

// meets tells whether attributes meet a clause that asks for attributes alone.
func (c clause) meets(values Attributes) bool {
	return !slices.ContainsFunc(c.where, func(w Condition) bool { return !w.holds(values) })
}
