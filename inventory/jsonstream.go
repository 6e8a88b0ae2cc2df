package inventory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// jsonStream reads JSON values that follow one another, or stand in a list or an object that is too long to be held. A
// value is passed over once, to check it and to find its end; at anything doubtful encoding/json decides, and words the
// fault.
type jsonStream struct {
	source io.Reader
	buffer []byte
	at     int   // what comes before is done with
	behind int64 // bytes of the source before the buffer
	ended  bool
	open   []byte // see valueEnd
	// parts are the members of the last value, when it is an object that was passed over without doubt.
	parts []jsonPart
}

// jsonPart is where a member of an object stands in its text: the name with its quotes, and the value.
type jsonPart struct{ name, nameEnd, value, valueEnd int }

func newJSONStream(source io.Reader) *jsonStream {
	return &jsonStream{source: source, buffer: make([]byte, 0, readAhead)}
}

// offset is how many bytes of the source are done with.
func (s *jsonStream) offset() int64 { return s.behind + int64(s.at) }

// fill reads more of the source; false when there is no more.
func (s *jsonStream) fill() (bool, error) {
	if s.ended {
		return false, nil
	}
	if s.at > 0 {
		s.behind += int64(s.at)
		s.buffer = s.buffer[:copy(s.buffer, s.buffer[s.at:])]
		s.at = 0
	}
	if len(s.buffer) == cap(s.buffer) {
		s.buffer = append(make([]byte, 0, 2*cap(s.buffer)), s.buffer...)
	}
	n, err := s.source.Read(s.buffer[len(s.buffer):cap(s.buffer)])
	s.buffer = s.buffer[:len(s.buffer)+n]
	if errors.Is(err, io.EOF) {
		s.ended, err = true, nil
	}
	return n > 0 || !s.ended, err
}

// next looks at the next character that is no white space; io.EOF when there is none.
func (s *jsonStream) next() (byte, error) {
	for {
		for ; s.at < len(s.buffer); s.at++ {
			if b := s.buffer[s.at]; !blank(b) {
				return b, nil
			}
		}
		more, err := s.fill()
		switch {
		case err != nil:
			return 0, err
		case !more:
			return 0, io.EOF
		}
	}
}

// accept passes over a character, if it is the next.
func (s *jsonStream) accept(b byte) bool {
	next, err := s.next()
	if err != nil || next != b {
		return false
	}
	s.at++
	return true
}

// unexpected is the fault of what comes next, where something else must be.
func (s *jsonStream) unexpected(needed string) error {
	b, err := s.next()
	if err != nil {
		return err
	}
	return fmt.Errorf("invalid character %q, %s is needed", b, needed)
}

// members goes through the members of an object, whose brace comes next: each must read its value.
func (s *jsonStream) members(each func(name string) error) error {
	s.at++
	for first := true; !s.accept('}'); first = false {
		if !first && !s.accept(',') {
			return s.unexpected(`"," or "}"`)
		}
		if b, err := s.next(); err != nil || b != '"' {
			return s.unexpected("a name")
		}
		text, err := s.value()
		if err != nil {
			return err
		}
		name := (&jsonText{text: text}).word()
		if !s.accept(':') {
			return s.unexpected(`":"`)
		}
		if err := each(name); err != nil {
			return err
		}
	}
	return nil
}

// elements goes through a list, whose bracket comes next: each must read an element.
func (s *jsonStream) elements(each func() error) error {
	s.at++
	for first := true; !s.accept(']'); first = false {
		if !first && !s.accept(',') {
			return s.unexpected(`"," or "]"`)
		}
		if err := each(); err != nil {
			return err
		}
	}
	return nil
}

// mostNested is how deep values may be nested: what encoding/json reads.
const mostNested = 10_000

// skip passes over the next value without holding it.
func (s *jsonStream) skip(depth int) error {
	b, err := s.next()
	switch {
	case err != nil:
		return err
	case depth > mostNested:
		return fmt.Errorf("values are nested more than %d deep", mostNested)
	case b == '{':
		return s.members(func(string) error { return s.skip(depth + 1) })
	case b == '[':
		return s.elements(func() error { return s.skip(depth + 1) })
	}
	_, err = s.value()
	return err
}

// value is the text of the next value, well formed and without white space around it. It is good until the next call.
func (s *jsonStream) value() ([]byte, error) {
	if _, err := s.next(); err != nil {
		return nil, err
	}
	for {
		end, doubtful := s.valueEnd(s.buffer[s.at:])
		if end > 0 {
			s.at += end
			return s.buffer[s.at-end : s.at], nil
		}
		more := false
		if !doubtful {
			var err error
			if more, err = s.fill(); err != nil {
				return nil, err
			}
		}
		if !more {
			return s.doubted()
		}
	}
}

// eachMember gives each member of an object that value has just given.
func (s *jsonStream) eachMember(object []byte, yield func(name string, value []byte)) {
	if len(s.parts) == 0 {
		(&jsonText{text: object}).members(yield)
		return
	}
	for _, p := range s.parts {
		name := object[p.name+1 : p.nameEnd-1]
		if bytes.IndexByte(name, '\\') >= 0 {
			name = []byte((&jsonText{text: object[p.name:p.nameEnd]}).word())
		}
		yield(string(name), object[p.value:p.valueEnd])
	}
}

// doubted has encoding/json read the next value.
func (s *jsonStream) doubted() ([]byte, error) {
	s.parts = s.parts[:0]
	start, rest := s.offset(), s.buffer[s.at:]
	decoder := json.NewDecoder(io.MultiReader(bytes.NewReader(rest), s.source))
	var value json.RawMessage
	if err := decoder.Decode(&value); err != nil {
		s.behind, s.at, s.buffer = start+decoder.InputOffset(), 0, nil
		if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
			s.behind = start + syntax.Offset
		}
		return nil, err
	}
	ahead, err := io.ReadAll(decoder.Buffered()) // no more than the decoder has read ahead
	if err != nil {
		return nil, err
	}
	s.behind, s.at, s.buffer = start+decoder.InputOffset(), 0, append(make([]byte, 0, max(readAhead, 2*len(ahead))), ahead...)
	return value, nil
}

func blank(b byte) bool { return b == ' ' || b == '\n' || b == '\r' || b == '\t' }

// valueEnd is the length of the value at the beginning of a text, 0 when the text ends before the value is sure to. A
// text that is no JSON is doubtful, and so is what is nested very deep.
func (s *jsonStream) valueEnd(text []byte) (end int, doubtful bool) {
	s.open, s.parts = s.open[:0], s.parts[:0] // the brackets and braces that are open; the members of the outer ones
	needed := aValue
	for at := 0; at < len(text); {
		b := text[at]
		switch {
		case blank(b):
			at++
			continue
		case needed == aSeparator && b == ',':
			at++
			needed = aName
			if s.open[len(s.open)-1] == '[' {
				needed = aValue
			}
			continue
		case len(s.open) > 0 && b == s.open[len(s.open)-1]+2 && needed != aName && needed != aValue: // "]" is "[" + 2, "}" is "{" + 2
			at++
			s.open, needed = s.open[:len(s.open)-1], aSeparator
		case needed == aSeparator:
			return 0, true
		case needed == aName || needed == aNameOrEnd:
			length := stringEnd(text[at:])
			if length <= 0 {
				return 0, length < 0
			}
			if len(s.open) == 1 {
				s.parts = append(s.parts, jsonPart{name: at, nameEnd: at + length})
			}
			at = pastBlanks(text, at+length)
			if at < len(text) && text[at] != ':' {
				return 0, true
			}
			at++
			needed = aValue
			continue
		case b == '{' || b == '[':
			if len(s.open) == mostNested {
				return 0, true
			}
			s.member(func(p *jsonPart) { p.value = at })
			at++
			s.open, needed = append(s.open, b), aNameOrEnd
			if b == '[' {
				needed = aValueOrEnd
			}
			continue
		default:
			length := scalarEnd(text[at:])
			if length <= 0 {
				return 0, length < 0
			}
			s.member(func(p *jsonPart) { p.value = at })
			at, needed = at+length, aSeparator
		}
		s.member(func(p *jsonPart) { p.valueEnd = at })
		if len(s.open) == 0 {
			return at, false
		}
	}
	return 0, false
}

// member has set change the last member of the outer object, when nothing else is open.
func (s *jsonStream) member(set func(*jsonPart)) {
	if len(s.open) == 1 && s.open[0] == '{' {
		set(&s.parts[len(s.parts)-1])
	}
}

// What may come next in a value.
const (
	aValue = iota
	aValueOrEnd
	aName
	aNameOrEnd
	aSeparator // or the end of the list or object
)

func pastBlanks(text []byte, at int) int {
	for at < len(text) && blank(text[at]) {
		at++
	}
	return at
}

// scalarEnd is the length of the string, number or word at the beginning of a text: 0 when it may go on behind the text,
// negative when there is none.
func scalarEnd(text []byte) int {
	switch text[0] {
	case '"':
		return stringEnd(text)
	case 't':
		return wordEnd(text, "true")
	case 'f':
		return wordEnd(text, "false")
	case 'n':
		return wordEnd(text, "null")
	}
	return numberEnd(text)
}

func wordEnd(text []byte, word string) int {
	switch {
	case len(text) >= len(word) && string(text[:len(word)]) == word:
		return len(word)
	case len(text) < len(word):
		return 0
	}
	return -1
}

// stringEnd is the length of a string with its quotes (RFC 8259 §7).
func stringEnd(text []byte) int {
	if text[0] != '"' {
		return -1
	}
	for at := 1; at < len(text); at++ {
		switch b := text[at]; {
		case b == '"':
			return at + 1
		case b < ' ':
			return -1
		case b == '\\':
			at++
			if at < len(text) && strings.IndexByte(`"\/bfnrtu`, text[at]) < 0 || !fourHex(text[at:]) {
				return -1
			}
		}
	}
	return 0
}

// fourHex tells whether a "u" is followed by four hexadecimal digits, as far as the text goes.
func fourHex(text []byte) bool {
	if len(text) == 0 || text[0] != 'u' {
		return true
	}
	for _, b := range text[1:min(5, len(text))] {
		if (b < '0' || b > '9') && (b < 'a' || b > 'f') && (b < 'A' || b > 'F') {
			return false
		}
	}
	return true
}

// numberEnd is the length of a number (RFC 8259 §6).
func numberEnd(text []byte) int {
	at := 0
	if text[at] == '-' {
		at++
	}
	whole := at
	at = pastDigits(text, at)
	if digits := at - whole; digits == 0 && at < len(text) || digits > 1 && text[whole] == '0' {
		return -1
	}
	if at < len(text) && text[at] == '.' {
		start := at + 1
		if at = pastDigits(text, start); at == start && at < len(text) {
			return -1
		}
	}
	if at < len(text) && (text[at] == 'e' || text[at] == 'E') {
		if at++; at < len(text) && (text[at] == '+' || text[at] == '-') {
			at++
		}
		start := at
		if at = pastDigits(text, start); at == start && at < len(text) {
			return -1
		}
	}
	if at == len(text) {
		return 0
	}
	return at
}

func pastDigits(text []byte, at int) int {
	for at < len(text) && text[at] >= '0' && text[at] <= '9' {
		at++
	}
	return at
}
