package inventory

import (
	"encoding/json"
	"unicode/utf8"
)

// jsonText walks through one JSON value that is known to be well formed, without making anything of what it passes.
type jsonText struct {
	text []byte
	at   int
	// copied is the text once more, when parts of it are to be kept; empty otherwise.
	copied string
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
	for j.at < len(j.text) && !endsLiteral(j.text[j.at]) {
		j.at++
	}
	return j.text[start:j.at]
}

func endsLiteral(b byte) bool { return b <= ' ' || b == ',' || b == ']' || b == '}' || b == ':' }

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
		if j.copied != "" {
			return j.copied[start:end]
		}
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
