package sqlite

import (
	"context"
	"errors"
	"sync"

	"zombiezen.com/go/sqlite"
)

// pool lends connections, one user each at a time. It lends the one that came back last: the pages that it keeps are those asked
// for last, and are still near the processor. Each connection keeps its own, so that taking turns would have every page copied
// and looked at once for each of them.
type pool struct {
	configure func(*sqlite.Conn) error
	there     chan struct{} // one for each connection that may be lent

	mu    sync.Mutex
	idle  []*sqlite.Conn
	ready map[*sqlite.Conn]bool // those that are configured
}

func newPool(path string, size int, configure func(*sqlite.Conn) error) (*pool, error) {
	p := &pool{configure: configure, there: make(chan struct{}, size), ready: map[*sqlite.Conn]bool{}}
	for range size {
		conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite) // no URI: a path is a path, whatever its characters
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		p.put(conn)
	}
	return p, nil
}

// Take waits for a connection. What it does is interrupted when the context ends.
func (p *pool) Take(ctx context.Context) (*sqlite.Conn, error) {
	select {
	case <-p.there:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.mu.Lock()
	last := len(p.idle) - 1
	conn := p.idle[last]
	p.idle = p.idle[:last]
	ready := p.ready[conn]
	p.mu.Unlock()
	conn.SetInterrupt(ctx.Done())
	if ready {
		return conn, nil
	}
	if err := p.configure(conn); err != nil {
		p.Put(conn)
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready[conn] = true
	return conn, nil
}

// Put takes a connection back.
func (p *pool) Put(conn *sqlite.Conn) {
	conn.SetInterrupt(nil)
	p.put(conn)
}

func (p *pool) put(conn *sqlite.Conn) {
	p.mu.Lock()
	p.idle = append(p.idle, conn)
	p.mu.Unlock()
	p.there <- struct{}{}
}

// Close closes the connections. None may be lent any more.
func (p *pool) Close() (err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range p.idle {
		err = errors.Join(err, conn.Close())
	}
	p.idle = nil
	return err
}
