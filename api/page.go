package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// Page is a part of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	// Next is the cursor of the following page; absent on the last one.
	Next string `json:"next,omitempty" example:"kq3v0Yx2JrgwMTkzYTVkMg"`
}

// listing is what a request for a list asks for.
type listing struct {
	query inventory.Query
	// address is the path and the filters, without limit and cursor: what a cursor is good for.
	address string
	values  url.Values
}

// filters are the query parameters that a kind's list takes beside limit and cursor.
type filters struct {
	placed bool // bbox
	attrs  []inventory.Attr
	// names are those of parameters that are not called as their attribute.
	names map[inventory.Attr]string
}

func (f filters) read(c *gin.Context) (listing, error) {
	p := readParams(c)
	l := f.listing(c, p)
	return l, p.done()
}

// listing takes the filters, the limit and the cursor.
func (f filters) listing(c *gin.Context, p *params) listing {
	l := listing{values: p.values, query: f.query(p)}
	l.query.Limit = p.number("limit", defaultLimit, maxLimit)
	cursor, continued := p.text("cursor")
	l.values.Del("limit")
	l.values.Del("cursor")
	l.address = c.Request.URL.Path + "?" + l.values.Encode()
	if continued {
		after, ok := openCursor(l.address, cursor)
		if !ok {
			p.fault("cursor", "is not one that this list gave for these filters")
		}
		l.query.After = after
	}
	return l
}

// query takes the filters.
func (f filters) query(p *params) (q inventory.Query) {
	if f.placed {
		q.Area = p.box("bbox")
	}
	for _, attr := range f.attrs {
		condition := inventory.Condition{Attr: attr}
		if attr == inventory.AttrUpdated {
			condition.From, condition.Before = p.instant("updatedFrom"), p.instant("updatedBefore")
		} else {
			condition.In = p.words(cmp.Or(f.names[attr], string(attr)))
		}
		if len(condition.In) > 0 || condition.From != "" || condition.Before != "" {
			q.Where = append(q.Where, condition)
		}
	}
	return q
}

// page reads one page of what the listing asks for: the JSON of its items as write appends it, with commas between, and the
// cursor of the next page, empty on the last one. It ends at the limit, or before the record that would make it larger than
// maxPageBytes, unless that is its first.
func page[T inventory.Record](
	ctx context.Context, shelf inventory.Shelf[T], l listing, write func(text []byte, record T) ([]byte, error),
) (items []byte, next string, failed error) {
	query := l.query
	query.Limit++ // one more tells whether another page follows
	var last inventory.ID
	n := 0
	for record, err := range shelf.Find(ctx, query) {
		if err != nil {
			return nil, "", err
		}
		if n == l.query.Limit {
			return items, sealCursor(l.address, last), nil
		}
		before := len(items)
		if n > 0 {
			items = append(items, ',')
		}
		if items, err = write(items, record); err != nil {
			return nil, "", err
		}
		if n > 0 && len(items) > maxPageBytes {
			return items[:before], sealCursor(l.address, last), nil
		}
		n, last = n+1, record.Key()
	}
	return items, "", nil
}

// pageText is the JSON of a [Page], put together from that of its items.
func pageText(items []byte, next string) []byte {
	text := append(make([]byte, 0, len(items)+len(next)+64), `{"items":[`...)
	text = append(append(text, items...), ']')
	if next != "" {
		text = append(append(append(text, `,"next":"`...), next...), '"') // a cursor has nothing to be escaped
	}
	return append(text, '}')
}

// next is the address of the page that a cursor begins; empty when there is none.
func (l listing) next(path, cursor string) string {
	if cursor == "" {
		return ""
	}
	values := url.Values{"cursor": {cursor}}
	if l.query.Limit != defaultLimit {
		values.Set("limit", strconv.Itoa(l.query.Limit))
	}
	for name, given := range l.values {
		values[name] = slices.Clone(given)
	}
	return path + "?" + values.Encode()
}

// linkNext sets the Link header of RFC 8288.
func linkNext(c *gin.Context, address string) {
	if address != "" {
		c.Writer.Header().Add("Link", "<"+address+`>; rel="next"`)
	}
}

const sealBytes = 8

// sealCursor writes a cursor: the last key of a page under a checksum that binds it to its list and filters. It is not
// secret and gives no right: it keeps mistakes, not attackers, from passing for another page.
func sealCursor(address string, after inventory.ID) string {
	sum := sha256.Sum256([]byte(address + "\x00" + string(after)))
	return base64.RawURLEncoding.EncodeToString(append(sum[:sealBytes], after...))
}

func openCursor(address, cursor string) (inventory.ID, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) <= sealBytes {
		return "", false
	}
	after := inventory.ID(raw[sealBytes:])
	return after, sealCursor(address, after) == cursor
}
