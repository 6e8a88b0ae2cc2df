package sqlite

import (
	"slices"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
)

// spareMemory leaves places free of each size that SQLite takes for a moment. Its allocator keeps sizes apart, puts some of
// a size in one mapping of memory, and gives a mapping back to the system, page faults and all, when nothing is in it: where
// all mappings are just full, each row asks for one and gives it back, up to a third of the time of an import.
//
// It holds some places of each size, more of the small ones, of which SQLite takes several at once. To renew them is to take
// others before these are free: what they leave are places in mappings that others hold.
type spareMemory struct {
	held *sqlite.Stmt // never run: its parameters hold the places, in two halves of which one is set
	half int
	text []string // one for each place
	last time.Time
}

// spareEvery is how old the places become at least: to renew them takes 30 µs, and storing one record some 200.
const spareEvery = 10 * time.Millisecond

func (m *spareMemory) renew(conn *sqlite.Conn) (err error) {
	if time.Since(m.last) < spareEvery {
		return nil
	}
	if m.held == nil {
		if m.held, err = m.prepare(conn); err != nil {
			return err
		}
	}
	freed := m.half
	m.half = len(m.text) - freed
	for i, text := range m.text {
		m.held.BindText(1+m.half+i, text)
	}
	for i := range m.text {
		m.held.BindNull(1 + freed + i)
	}
	m.last = time.Now()
	return nil
}

func (m *spareMemory) prepare(conn *sqlite.Conn) (*sqlite.Stmt, error) {
	m.text = m.text[:0]
	longest := strings.Repeat("-", 16<<10)
	for size := 16; size <= len(longest); size *= 2 {
		places := 6
		if size > 1<<10 {
			places = 2
		}
		m.text = append(m.text, slices.Repeat([]string{longest[:size]}, places)...)
	}
	return conn.Prepare("SELECT ?" + strings.Repeat(", ?", 2*len(m.text)-1))
}
