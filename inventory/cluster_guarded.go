package inventory

import "context"

// CountCells is that of [CellCounter]; see [guardedShelf.CountBy].
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
	plain, others := may.split(by)
	var tally CellTally
	for i, c := range plain {
		if err := s.countCells(ctx, &tally, cellQuestion{q, in, by}, plain[:i], c); err != nil {
			return nil, err
		}
	}
	for record, err := range s.read(ctx, in.Query(q), others, may) {
		if err != nil {
			return nil, err
		}
		if !earlier(plain).counted(record) {
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

// countCells has the store count what a clause gives and those before it do not.
func (s *guardedShelf[T]) countCells(ctx context.Context, tally *CellTally, asked cellQuestion, before earlier, c clause) error {
	q, by, possible := before.narrow(asked.query, asked.by, c)
	if !possible {
		return nil
	}
	groups, err := CountCells(ctx, s.shelf, q, asked.in, by...)
	if err != nil {
		return err
	}
	for _, group := range groups {
		if !before.have(by, group.Values) {
			tally.Add(group.Count, group.Cell, group.Values[:len(asked.by)]...)
		}
	}
	return nil
}

// CountCells is that of [CellCounter]: no secret can be counted by.
func (v *veiled[T]) CountCells(ctx context.Context, q Query, in Cells, by ...Attr) ([]CellGroup, error) {
	return CountCells(ctx, v.shelf, q, in, by...)
}

// CountCells is that of [CellCounter]: no secret can be counted by.
func (s *sealed[T]) CountCells(ctx context.Context, q Query, in Cells, by ...Attr) ([]CellGroup, error) {
	return CountCells(ctx, s.shelf, q, in, by...)
}
