package cql

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word of a filter.
type token struct {
	kind tokenKind
	text string // of a text in quotes, without them
	at   int    // byte offset
}

type tokenKind byte

const (
	endToken    tokenKind = iota
	nameToken             // a name or a keyword
	quotedToken           // a name in double quotes
	textToken             // a text in single quotes
	numberToken
	signToken // an operator, a bracket or a comma
)

// is tells a keyword, whatever the case of its letters, or a sign.
func (t token) is(word string) bool {
	return t.kind == signToken && t.text == word || t.kind == nameToken && strings.EqualFold(t.text, word)
}

func (t token) String() string {
	if t.kind == endToken {
		return "the end"
	}
	return fmt.Sprintf("%q", t.text)
}

// mostTokens bounds the length of a filter.
const mostTokens = 20_000

// scan cuts a filter into words.
func scan(text string) ([]token, error) {
	if !utf8.ValidString(text) {
		return nil, wrong("the filter is not UTF-8")
	}
	var tokens []token
	for at := 0; ; {
		at += len(text[at:]) - len(strings.TrimLeftFunc(text[at:], unicode.IsSpace))
		t, length, err := first(text[at:])
		if err != nil {
			return nil, &Error{At: byteAt(at), Reason: err.Error()}
		}
		if len(tokens) == mostTokens {
			return nil, &Error{At: byteAt(at), Reason: fmt.Sprintf("more than %d words", mostTokens)}
		}
		t.at = at
		if tokens = append(tokens, t); t.kind == endToken {
			return tokens, nil
		}
		at += length
	}
}

func byteAt(at int) string { return fmt.Sprintf("at byte %d", at+1) }

// first is the word that a text begins with, and its length.
func first(text string) (token, int, error) {
	if text == "" {
		return token{}, 0, nil
	}
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case r == '\'' || r == '"':
		return quoted(text)
	case unicode.IsLetter(r) || r == '_' || r == ':':
		n := len(text) - len(strings.TrimLeftFunc(text, inName))
		return token{kind: nameToken, text: text[:n]}, n, nil
	case unicode.IsDigit(r) || (r == '.' || r == '-' || r == '+') && len(text) > 1 && (text[1] >= '0' && text[1] <= '9' || text[1] == '.'):
		n := numberLength(text)
		return token{kind: numberToken, text: text[:n]}, n, nil
	}
	for _, sign := range []string{"<>", "<=", ">=", "<", ">", "=", "(", ")", ","} {
		if strings.HasPrefix(text, sign) {
			return token{kind: signToken, text: sign}, len(sign), nil
		}
	}
	return token{}, 0, wrong("%q means nothing here", text[:size])
}

func inName(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || r == '_' || r == ':' || r == '.'
}

// numberLength is that of a number with its sign and its power of ten.
func numberLength(text string) int {
	n := 1
	for n < len(text) {
		b := text[n]
		power := (b == '+' || b == '-') && (text[n-1] == 'e' || text[n-1] == 'E')
		if !(b >= '0' && b <= '9' || b == '.' || b == 'e' || b == 'E' || power) {
			break
		}
		n++
	}
	return n
}

// quoted reads a text in single quotes or a name in double ones; the quote itself is written twice, in a text after a \ as well.
func quoted(text string) (token, int, error) {
	quote := text[:1]
	var out strings.Builder
	for at := 1; ; {
		end := strings.Index(text[at:], quote)
		if end < 0 {
			return token{}, 0, wrong("a text has no end")
		}
		if part := text[at : at+end]; quote == "'" && strings.HasSuffix(part, `\`) {
			out.WriteString(part[:len(part)-1] + quote)
			at += end + 1
			continue
		}
		out.WriteString(text[at : at+end])
		if at += end + 1; !strings.HasPrefix(text[at:], quote) {
			kind := textToken
			if quote == `"` {
				kind = quotedToken
			}
			return token{kind: kind, text: out.String()}, at, nil
		}
		out.WriteString(quote)
		at++
	}
}
