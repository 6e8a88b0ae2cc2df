package sqlite

import (
	"errors"

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
	return rowsOf(prepared, see)
}

func rowsOf(prepared *sqlite.Stmt, see func(row *sqlite.Stmt) bool) error {
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

// values gives the arguments of a statement one after the other, for rows that are stored by the thousand.
type values struct {
	prepared *sqlite.Stmt
	given    int
}

func (v *values) text(value string) { v.given++; v.prepared.BindText(v.given, value) }

// textOrNull gives NULL for an empty text.
func (v *values) textOrNull(value string) {
	if value == "" {
		v.nulls(1)
	} else {
		v.text(value)
	}
}

func (v *values) integer(value int64) { v.given++; v.prepared.BindInt64(v.given, value) }

func (v *values) number(value float64) { v.given++; v.prepared.BindFloat(v.given, value) }

func (v *values) nulls(n int) {
	for range n {
		v.given++
		v.prepared.BindNull(v.given)
	}
}

// run gives each row of a prepared statement to see, as [statement.run] does.
func run(conn *sqlite.Conn, text string, args func(*values), see func(row *sqlite.Stmt) bool) (err error) {
	prepared, err := conn.Prepare(text)
	if err != nil {
		return err
	}
	args(&values{prepared: prepared})
	return errors.Join(rowsOf(prepared, see), prepared.Reset())
}

// change runs a prepared statement that gives no rows.
func change(conn *sqlite.Conn, text string, args func(*values)) error {
	return run(conn, text, args, func(*sqlite.Stmt) bool { return true })
}
