package inventory

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// What stores share: which condition should propose, how records are checked before any is stored, how those found are
// handed to the loop.

// leading are the attributes by which to look records up, those that usually keep the fewest first.
func leading() []Attr {
	return []Attr{
		AttrDeployment, AttrImport, AttrHolder, AttrCommune, AttrUpdated, AttrDepartment, AttrStatus, AttrCategory,
	}
}

// Lead is the rank of the condition that usually keeps the fewest records, among those that are good for the purpose;
// -1 when none is. Its index should propose.
func Lead(where []Condition, good func(Condition) bool) int {
	for _, attr := range leading() {
		at := slices.IndexFunc(where, func(c Condition) bool { return c.Attr == attr && good(c) })
		if at >= 0 {
			return at
		}
	}
	return -1
}

// Single tells a condition on one value: an index on (attribute, key) gives its records in the order of their keys.
func (c Condition) Single() bool { return len(c.In) == 1 && c.From == "" && c.Before == "" }

// Narrow tells a condition that is likely to keep a small part of the records; a list of more values than most, which
// the store will not be asked for, is not.
func (c Condition) Narrow(most int) bool {
	if c.Attr == AttrStatus || c.Attr == AttrCategory {
		return false // a few words that many records share
	}
	return len(c.In) > 0 && len(c.In) <= most || c.From != "" || c.Before != ""
}

// mostInvalid is how many invalid records of one Put are reported.
const mostInvalid = 100

// ValidateAll returns nil, or the faults of the invalid records joined, of a hundred at most.
func ValidateAll[T Record](records []T) error {
	var faults []error
	for _, record := range records {
		if err := record.Validate(); err != nil {
			faults = append(faults, err)
		}
		if len(faults) == mostInvalid {
			faults = append(faults, fmt.Errorf("and perhaps more: only the first %d invalid records are told", mostInvalid))
			break
		}
	}
	return errors.Join(faults...)
}

// bothOf are the conditions of two lists, those on one attribute made one: a store is asked once what is asked twice. possible
// tells that a record can hold them all.
func bothOf(first, second []Condition) (all []Condition, possible bool) {
	all = slices.Clone(first)
	for _, c := range second {
		i := slices.IndexFunc(all, func(other Condition) bool { return other.Attr == c.Attr })
		if i < 0 {
			all = append(all, c)
		} else if all[i], possible = all[i].and(c); !possible {
			return nil, false
		}
	}
	return all, true
}

// follows tells that whatever holds some conditions holds this one, of those that name values alone.
func (c Condition) follows(from []Condition) bool {
	return len(c.In) > 0 && c.From == "" && c.Before == "" && slices.ContainsFunc(from, func(given Condition) bool {
		outside := func(value string) bool { return !slices.Contains(c.In, value) }
		return given.Attr == c.Attr && len(given.In) > 0 && !slices.ContainsFunc(given.In, outside)
	})
}

// and is the condition that holds where two on one attribute do. possible is false when their values have none in common.
func (c Condition) and(other Condition) (both Condition, possible bool) {
	switch {
	case len(c.In) == 0:
		c.In = other.In
	case len(other.In) > 0:
		c.In = slices.DeleteFunc(slices.Clone(c.In), func(value string) bool { return !slices.Contains(other.In, value) })
		if len(c.In) == 0 {
			return c, false
		}
	}
	if c.From = max(c.From, other.From); c.Before == "" || other.Before != "" && other.Before < c.Before {
		c.Before = other.Before
	}
	return c, true
}

// Feed hands the records that a store found to the loop over a Find.
type Feed[T Record] struct {
	// Query is what they must match.
	Query Query
	// Left is how many may still be given; 0 once the loop is over.
	Left  int
	Yield func(T, error) bool
}

// Give hands over the records that match, in order.
func (f *Feed[T]) Give(ctx context.Context, records []T) error {
	for i := range records {
		if f.Left == 0 {
			return nil // before anything else: after a break the loop must hear nothing more, not even an error
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if there, ok := any(&records[i]).(Record); !ok || !f.Query.Matches(there) { // by its address, to copy nothing
			continue
		}
		f.Left--
		if !f.Yield(records[i], nil) {
			f.Left = 0
		}
	}
	return nil
}
