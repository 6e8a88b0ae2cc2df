package main

import (
	"runtime/debug"
	"sync"
)

// servedGarbagePct is how much of the heap of a server that imports may be garbage before it is collected, percent: less than of
// the command, for a server has the rulebook and its answers in memory as well.
const servedGarbagePct = 20

// importMemory has the garbage of a server collected sooner while it imports, when most of what it makes is garbage: its memory
// then grows to six fifths of what is in use, not twice. It is no bound, which other work could reach.
type importMemory struct {
	mu      sync.Mutex
	imports int
	before  int // the percentage that was set before the first of them
}

// begin is called when an import begins, ended when it has ended. What was set before holds again when none goes on.
func (m *importMemory) begin() (ended func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.imports++; m.imports == 1 {
		m.before = debug.SetGCPercent(servedGarbagePct)
		if m.before < servedGarbagePct { // a lower one, or none at all: somebody wants it so
			debug.SetGCPercent(m.before)
		}
	}
	return sync.OnceFunc(m.end)
}

func (m *importMemory) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.imports--; m.imports == 0 {
		debug.SetGCPercent(m.before)
	}
}
