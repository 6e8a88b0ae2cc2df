package api

import (
	"cmp"
	"slices"
	"time"

	"vigie/inventory"
)

// inTheirTurn are the jobs that a worker may take, the one whose turn it is first: of the account for which the fewest are done
// now, whoever does them; then of the one that was given a worker the longest ago; then the oldest.
func inTheirTurn(unfinished []inventory.Job, served map[inventory.ID]time.Time, now time.Time) []inventory.Job {
	running := map[inventory.ID]int{}
	var free []inventory.Job
	for _, job := range unfinished {
		if job.Free(now) {
			free = append(free, job)
		} else {
			running[job.Asker.Account]++
		}
	}
	slices.SortStableFunc(free, func(a, b inventory.Job) int {
		x, y := a.Asker.Account, b.Asker.Account
		return cmp.Or(running[x]-running[y], served[x].Compare(served[y]), a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
	return free
}
