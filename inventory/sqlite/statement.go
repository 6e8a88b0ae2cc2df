package sqlite

import (
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// execute runs statements that give no rows that matter.
func execute(conn *sqlite.Conn, statements ...string) error {
	for _, text := range statements {
		if err := (statement{text: text}).change(conn); err != nil {
			return err
		}
	}
	return nil
}

// pragma reads a setting that is a number.
func pragma(conn *sqlite.Conn, name string) (int, error) { return number(conn, "PRAGMA "+name) }

// number reads the only number that a query gives.
func number(conn *sqlite.Conn, query string) (int, error) {
	n := 0
	err := sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
		n = row.ColumnInt(0)
		return nil
	}})
	return n, err
}

// statement is a query and its arguments: string, int, int64, float64, or nil for NULL.
type statement struct {
	text string
	args []any
	// passing statements are not kept prepared: there are too many of their texts.
	passing bool
}

// run gives each row to see, until it returns false. A row is good until see returns.
func (s statement) run(conn *sqlite.Conn, see func(row *sqlite.Stmt) bool) (err error) {
	prepared, err := s.prepare(conn)
	if err != nil {
		return err
	}
	defer func() {
		done := prepared.Reset
		if s.passing {
			done = prepared.Finalize
		}
		if failed := done(); err == nil {
			err = failed
		}
	}()
	for i, arg := range s.args {
		bind(prepared, i+1, arg)
	}
	for {
		more, err := prepared.Step()
		if err != nil || !more || !see(prepared) {
			return err
		}
	}
}

// change runs a statement that gives no rows.
func (s statement) change(conn *sqlite.Conn) error {
	return s.run(conn, func(*sqlite.Stmt) bool { return true })
}

func (s statement) prepare(conn *sqlite.Conn) (*sqlite.Stmt, error) {
	if !s.passing {
		return conn.Prepare(s.text)
	}
	prepared, _, err := conn.PrepareTransient(s.text)
	return prepared, err
}

func bind(prepared *sqlite.Stmt, param int, arg any) {
	switch v := arg.(type) {
	case nil:
		prepared.BindNull(param)
	case string:
		prepared.BindText(param, v)
	case int:
		prepared.BindInt64(param, int64(v))
	case int64:
		prepared.BindInt64(param, v)
	case float64:
		prepared.BindFloat(param, v)
	}
}

// text copies a text out of a row.
func text(row *sqlite.Stmt, column int) []byte {
	copied := make([]byte, row.ColumnLen(column))
	row.ColumnBytes(column, copied)
	return copied
}
