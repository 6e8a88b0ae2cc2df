package advisory

// Progress is told what an advisor begins to do: a word, and how many steps of how many are done.
type Progress func(step string, done, total int)

// Telling is the advisor that tells progress of what it computes.
func (a Advisor) Telling(progress Progress) Advisor {
	a.progress = progress
	return a
}

// begin tells that a step begins.
func (a Advisor) begin(step string, done, total int) {
	if a.progress != nil {
		a.progress(step, done, total)
	}
}
