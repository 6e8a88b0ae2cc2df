package sqlite

import (
	"strings"

	"zombiezen.com/go/sqlite"
)

// spareMemory leaves places free of each size that SQLite takes for a moment. Its allocator keeps sizes apart, puts some of
// a size in one mapping of memory, and gives a mapping back to the system, page faults and all, when nothing is in it: where
// all mappings are just full, each row asks for one and gives it back, up to a third of the time of an import.
//
// It holds some places of each size. To renew them is to take others before these are free: what they leave are places in
// mappings that others hold.
type spareMemory struct {
	held *sqlite.Stmt // never run: its parameters hold the places, in two halves of which one is set
	half int
	text string
}

const (
	spareSizes  = 11 // 16 bytes to 16 KiB
	sparePlaces = 6  // of each size
)

func (m *spareMemory) renew(conn *sqlite.Conn) (err error) {
	if m.held == nil {
		if m.held, err = conn.Prepare("SELECT ?" + strings.Repeat(", ?", 2*spareSizes*sparePlaces-1)); err != nil {
			return err
		}
		m.text = strings.Repeat("-", 16<<(spareSizes-1))
	}
	last := m.half
	m.half = spareSizes*sparePlaces - last
	for i := range spareSizes * sparePlaces {
		m.held.BindText(1+m.half+i, m.text[:16<<(i/sparePlaces)])
	}
	for i := range spareSizes * sparePlaces {
		m.held.BindNull(1 + last + i)
	}
	return nil
}
