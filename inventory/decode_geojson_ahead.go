package inventory

import (
	"cmp"
	"errors"
	"runtime"
	"sync"
)

const (
	// featuresAtOnce and featureBytesAtOnce bound what is cut from the file before it is read: the features that come first
	// reach one of the two.
	featuresAtOnce, featureBytesAtOnce = 64, 128 << 10
	// mostReaders is how many goroutines read features at most.
	mostReaders = 4
)

// errStopped ends the cutting of a file whose rows nobody wants any more.
var errStopped = errors.New("stopped")

// cutFeatures are features on their way to become rows.
type cutFeatures struct {
	text     []byte // of all members, one after the other
	features []cutFeature
	rows     []row
	done     chan struct{} // closed when the rows are there
}

// cutFeature is where the members of a feature stand in the text, and its line or rank.
type cutFeature struct {
	kind, id, geometry, properties, coordinates span
	line                                        int
}

// span is a part of a text; it ends before its start when it is not there.
type span struct{ start, end int }

var nothing = span{0, -1}

// newCutFeatures makes room for as many bytes as features had that were cut before.
func newCutFeatures(bytes int) *cutFeatures {
	return &cutFeatures{
		text: make([]byte, 0, bytes), features: make([]cutFeature, 0, featuresAtOnce), done: make(chan struct{}),
	}
}

// add copies a feature.
func (c *cutFeatures) add(f feature, line int) {
	c.features = append(c.features, cutFeature{
		kind: c.keep(f.kind), id: c.keep(f.id), geometry: c.keep(f.geometry), properties: c.keep(f.properties),
		coordinates: c.keep(f.coordinates), line: line,
	})
}

func (c *cutFeatures) keep(member []byte) span {
	if member == nil {
		return nothing
	}
	start := len(c.text)
	c.text = append(c.text, member...)
	return span{start, len(c.text)}
}

func (c *cutFeatures) full() bool {
	return len(c.features) == featuresAtOnce || len(c.text) >= featureBytesAtOnce
}

func (c *cutFeatures) part(s span) []byte {
	if s.end < s.start {
		return nil
	}
	return c.text[s.start:s.end]
}

// read makes the rows. Their texts are parts of one copy of the features, and their cells lie one after the other.
func (c *cutFeatures) read(leaves *leafReader) {
	defer close(c.done)
	copied := string(c.text)
	leaves.cells = make([]cell, 0, max(leaves.usual, len(c.features)))
	c.rows = make([]row, len(c.features))
	for i, cut := range c.features {
		f := feature{
			kind: c.part(cut.kind), id: c.part(cut.id), geometry: c.part(cut.geometry), properties: c.part(cut.properties),
			coordinates: c.part(cut.coordinates),
		}
		if f.properties != nil {
			leaves.json = jsonText{text: f.properties, copied: copied[cut.properties.start:cut.properties.end]}
		}
		c.rows[i] = f.row(cut.line, leaves)
	}
	leaves.usual = len(leaves.cells) + len(leaves.cells)/8
	c.text, c.features = nil, nil
}

// featureReaders are goroutines that make rows of features while others are cut from the file.
type featureReaders struct {
	next   *cutFeatures
	work   chan *cutFeatures
	order  chan *cutFeatures // the same, as they stand in the file
	quit   chan struct{}
	ending sync.WaitGroup
}

func newFeatureReaders() *featureReaders {
	readers := min(mostReaders, runtime.GOMAXPROCS(0))
	r := &featureReaders{
		next: newCutFeatures(0), work: make(chan *cutFeatures, readers), order: make(chan *cutFeatures, readers), quit: make(chan struct{}),
	}
	for range readers {
		r.ending.Go(func() {
			leaves := leafReader{names: pathNames{}}
			for some := range r.work {
				some.read(&leaves)
			}
		})
	}
	return r
}

// give hands a feature over; it may be kept until enough of them are there, or until flush.
func (r *featureReaders) give(f feature, line int) error {
	if r.next.add(f, line); r.next.full() {
		return r.flush()
	}
	return nil
}

func (r *featureReaders) flush() error {
	some := r.next
	r.next = newCutFeatures(min(len(some.text)+len(some.text)/8, featureBytesAtOnce))
	select {
	case r.order <- some:
		r.work <- some
		return nil
	case <-r.quit:
		return stopped{errStopped}
	}
}

// rows has cut give all features of a file, and gives their rows to yield, in order, until its first error. When rows
// returns, cut has returned as well.
func (r *featureReaders) rows(cut func() error, yield func(row) error) (err error) {
	var failed error
	r.ending.Go(func() {
		defer close(r.work)
		defer close(r.order)
		failed = cmp.Or(cut(), r.flush()) // the features before a fault as well
	})
	for some := range r.order {
		<-some.done
		for i := 0; i < len(some.rows) && err == nil; i++ {
			if err = yield(some.rows[i]); err != nil {
				close(r.quit)
			}
		}
	}
	r.ending.Wait()
	if err != nil {
		return err
	}
	return failed
}
