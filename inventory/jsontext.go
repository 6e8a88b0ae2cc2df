package inventory

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// jsonText walks through one JSON value that is known to be well formed, without making anything of what it passes.
type jsonText struct {
	text []byte
	at   int
}

func (j *jsonText) space() {
	for j.at < len(j.text) && j.text[j.at] <= ' ' {
		j.at++
	}
}

// accept passes over one character, if it is the next.
func (j *jsonText) accept(b byte) bool {
	j.space()
	if j.at >= len(j.text) || j.text[j.at] != b {
		return false
	}
	j.at++
	return true
}

// literal passes over a number, true, false or null.
func (j *jsonText) literal() []byte {
	j.space()
	start := j.at
	for j.at < len(j.text) && j.text[j.at] > ' ' && strings.IndexByte(",]}:", j.text[j.at]) < 0 {
		j.at++
	}
	return j.text[start:j.at]
}

// word passes over a string and gives its value.
func (j *jsonText) word() string {
	if !j.accept('"') {
		return ""
	}
	start, plain := j.at, true
	for j.at < len(j.text) && j.text[j.at] != '"' {
		if j.text[j.at] == '\\' {
			plain = false
			j.at++
		}
		j.at++
	}
	end := min(j.at, len(j.text))
	j.at = end + 1
	if raw := j.text[start:end]; plain && utf8.Valid(raw) {
		return string(raw)
	}
	var value string
	if err := json.Unmarshal(j.text[start-1:min(end+1, len(j.text))], &value); err != nil {
		return ""
	}
	return value
}

// members gives each member of an object, with its value as JSON; nothing when the value is no object.
func (j *jsonText) members(yield func(name string, value []byte)) bool {
	if !j.accept('{') {
		return false
	}
	for j.at < len(j.text) && !j.accept('}') {
		name := j.nextWord()
		j.accept(':')
		j.space()
		start := j.at
		j.skip()
		yield(name, j.text[start:j.at])
		j.accept(',')
	}
	return true
}

func (j *jsonText) nextWord() string {
	j.space()
	return j.word()
}

// skip passes over one value.
func (j *jsonText) skip() {
	for depth := 0; j.at < len(j.text); {
		j.space()
		switch j.peek() {
		case '{', '[':
			depth++
			j.at++
		case '}', ']':
			depth--
			j.at++
		case ',', ':':
			j.at++
		case '"':
			j.skipWord()
		default:
			j.literal()
		}
		if depth <= 0 {
			return
		}
	}
}

func (j *jsonText) peek() byte {
	if j.at < len(j.text) {
		return j.text[j.at]
	}
	return 0
}

func (j *jsonText) skipWord() {
	for j.at++; j.at < len(j.text) && j.text[j.at] != '"'; j.at++ {
		if j.text[j.at] == '\\' {
			j.at++
		}
	}
	j.at = min(j.at+1, len(j.text))
}

const (
	// maxDepth is how deep properties may be nested: a path is written for every value, and deep ones are long.
	maxDepth = 32
	// maxPathBytes bounds one path.
	maxPathBytes = 1024
)

// leaves gives every text, number and truth value under the next value, with its path: "mounting.heightM", "tags[0]".
// null is not a value. It stops at a path that is too deep or too long.
func (j *jsonText) leaves(yield func(path, text string)) error { return j.leavesUnder("", 0, yield) }

func (j *jsonText) leavesUnder(path string, depth int, yield func(path, text string)) error {
	switch {
	case depth > maxDepth:
		return fmt.Errorf("the properties are nested more than %d deep at %.60q", maxDepth, path)
	case len(path) > maxPathBytes:
		return fmt.Errorf("the name of a property is longer than %d bytes: %.60q", maxPathBytes, path)
	}
	j.space()
	switch j.peek() {
	case '{':
		j.at++
		for j.at < len(j.text) && !j.accept('}') {
			name := j.nextWord()
			if path != "" {
				name = path + "." + name
			}
			j.accept(':')
			if err := j.leavesUnder(name, depth+1, yield); err != nil {
				return err
			}
			j.accept(',')
		}
	case '[':
		j.at++
		for i := 0; j.at < len(j.text) && !j.accept(']'); i++ {
			if err := j.leavesUnder(fmt.Sprintf("%s[%d]", path, i), depth+1, yield); err != nil {
				return err
			}
			j.accept(',')
		}
	case '"':
		yield(path, j.word())
	default:
		if text := string(j.literal()); text != "null" {
			yield(path, text)
		}
	}
	return nil
}
