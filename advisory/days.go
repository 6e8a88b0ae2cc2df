package advisory

import (
	"time"

	"vigie/inventory"
)

// plusMonths is the day of the same number n months later, or the last day of that month when it has no such day (code
// de procédure civile, art. 641).
func plusMonths(day time.Time, n int) time.Time {
	first := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, n, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(day.Day(), last)-1)
}

// nextDay is the day after a day; the day itself when it is none.
func nextDay(day inventory.Date) inventory.Date {
	at, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return day
	}
	return inventory.Date(at.AddDate(0, 0, 1).Format(time.DateOnly))
}
