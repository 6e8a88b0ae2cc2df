package inventory

import "hash/maphash"

// seenKeys are the keys that a file brought, and their lines: 64 bits of a hash for each, in two halves, since a map of numbers
// of 32 bits alone takes 12 bytes for an entry where one of 64 and one of 32 take 16. That two keys of a million have the same
// hash happens once in thirty million files.
type seenKeys struct {
	seed  maphash.Seed
	lines map[[2]uint32]int32
}

func newSeenKeys() seenKeys { return seenKeys{maphash.MakeSeed(), map[[2]uint32]int32{}} }

func (s seenKeys) hash(key ID) [2]uint32 {
	sum := maphash.String(s.seed, string(key))
	return [2]uint32{uint32(sum >> 32), uint32(sum)} //nolint:gosec // the halves
}

// add says that a line brought a key.
func (s seenKeys) add(key ID, line int) {
	s.lines[s.hash(key)] = int32(line) //nolint:gosec // no file has two thousand million rows
}

// line is the line that brought a key, and whether one did.
func (s seenKeys) line(key ID) (line int32, ok bool) {
	line, ok = s.lines[s.hash(key)]
	return line, ok
}
