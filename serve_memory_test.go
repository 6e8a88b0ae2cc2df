package main

import (
	"runtime/debug"
	"testing"
)

// TestImportMemory: what was set before holds again when the last import has ended, whichever that is, and a lower one all along.
func TestImportMemory(t *testing.T) {
	percent := func() int {
		now := debug.SetGCPercent(100)
		debug.SetGCPercent(now)
		return now
	}
	want := func(when string, want int) {
		t.Helper()
		if got := percent(); got != want {
			t.Errorf("%s: %d %%, not %d", when, got, want)
		}
	}
	defer debug.SetGCPercent(debug.SetGCPercent(120))
	memory := new(importMemory)
	first := memory.begin()
	second := memory.begin()
	want("two imports", servedGarbagePct)
	first()
	first() // counts once
	want("one import", servedGarbagePct)
	second()
	want("none", 120)
	for _, own := range []int{10, -1} {
		debug.SetGCPercent(own)
		ended := memory.begin()
		want("an import of somebody who has set it", own)
		ended()
		want("after that import", own)
	}
}
