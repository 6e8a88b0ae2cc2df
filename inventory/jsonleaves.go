package inventory

import (
	"fmt"
	"strconv"
)

const (
	// maxDepth is how deep properties may be nested: a path is written for every value, and deep ones are long.
	maxDepth = 32
	// maxPathBytes bounds one path.
	maxPathBytes = 1024
)

// pathNames are the paths of a file, each kept once.
type pathNames map[string]string

func (n pathNames) of(path []byte) string {
	if name, known := n[string(path)]; known {
		return name
	}
	name := string(path)
	if len(n) < maxNames {
		n[name] = name
	}
	return name
}

// leafReader gives every text, number and truth value of an object a cell with its path: "mounting.heightM", "tags[0]".
// null is not a value. It stops at a path that is too deep or too long.
type leafReader struct {
	// json is the object, which is known to be well formed, with its copy.
	json  jsonText
	path  []byte
	names pathNames
	cells []cell
	usual int // how many cells there were of the features read together last
}

// read gives the cells of the object, behind those that are there.
func (l *leafReader) read() ([]cell, error) {
	l.path = l.path[:0]
	before := len(l.cells)
	err := l.under(0)
	return l.cells[before:len(l.cells):len(l.cells)], err
}

func (l *leafReader) under(depth int) error {
	switch {
	case depth > maxDepth:
		return fmt.Errorf("the properties are nested more than %d deep at %.60q", maxDepth, l.path)
	case len(l.path) > maxPathBytes:
		return fmt.Errorf("the name of a property is longer than %d bytes: %.60q", maxPathBytes, l.path)
	}
	j := &l.json
	j.space()
	switch j.peek() {
	case '{':
		return l.members(depth)
	case '[':
		return l.elements(depth)
	case '"':
		l.add(j.word())
	default:
		if text := j.literal(); string(text) != "null" {
			l.add(j.copied[j.at-len(text) : j.at])
		}
	}
	return nil
}

func (l *leafReader) add(text string) { l.cells = append(l.cells, cell{l.names.of(l.path), text}) }

func (l *leafReader) members(depth int) error {
	j, above := &l.json, len(l.path)
	j.at++
	for j.at < len(j.text) && !j.accept('}') {
		if above > 0 {
			l.path = append(l.path, '.')
		}
		l.path = append(l.path, j.nextWord()...)
		j.accept(':')
		if err := l.under(depth + 1); err != nil {
			return err
		}
		l.path = l.path[:above]
		j.accept(',')
	}
	return nil
}

func (l *leafReader) elements(depth int) error {
	j, above := &l.json, len(l.path)
	j.at++
	for i := 0; j.at < len(j.text) && !j.accept(']'); i++ {
		l.path = append(strconv.AppendInt(append(l.path, '['), int64(i), 10), ']')
		if err := l.under(depth + 1); err != nil {
			return err
		}
		l.path = l.path[:above]
		j.accept(',')
	}
	return nil
}
