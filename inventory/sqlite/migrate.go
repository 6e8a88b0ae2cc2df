package sqlite

import (
	_ "embed" // the schemas
	"fmt"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// applicationID marks the file as a database of Vigie ("VIGI"), see https://www.sqlite.org/pragma.html#pragma_application_id.
const applicationID = 0x56494749

// migration carries a database from the version before to the next one. Once released it never changes.
type migration string

var (
	//go:embed migrations/0001.sql
	first string
	//go:embed migrations/0002.sql
	second string
	//go:embed migrations/0003.sql
	third string
	//go:embed migrations/0004.sql
	fourth string
	//go:embed migrations/0005.sql
	fifth string
	//go:embed migrations/0006.sql
	sixth string
	//go:embed migrations/0007.sql
	seventh string
	//go:embed migrations/0008.sql
	eighth string
	//go:embed migrations/0009.sql
	ninth string
	//go:embed migrations/0010.sql
	tenth string
	//go:embed migrations/0011.sql
	eleventh string
	//go:embed migrations/0012.sql
	twelfth string
	//go:embed migrations/0013.sql
	thirteenth string
	//go:embed migrations/0014.sql
	fourteenth string
	//go:embed migrations/0015.sql
	fifteenth string
	//go:embed migrations/0016.sql
	sixteenth string
	//go:embed migrations/0017.sql
	seventeenth string
)

// migrations are all steps in order: the n-th, from 1, makes version n of the schema.
func migrations() []migration {
	return []migration{
		migration(first), migration(second), migration(third), migration(fourth), migration(fifth), migration(sixth),
		migration(seventh), migration(eighth), migration(ninth), migration(tenth), migration(eleventh), migration(twelfth),
		migration(thirteenth), migration(fourteenth), migration(fifteenth), migration(sixteenth), migration(seventeenth),
	}
}

// identify tells the version of the schema, 0 for an empty file, or ErrNotVigie.
func identify(conn *sqlite.Conn) (int, error) {
	application, err := pragma(conn, "application_id")
	if err != nil {
		return 0, err
	}
	version, err := pragma(conn, "user_version")
	if err != nil {
		return 0, err
	}
	tables, err := number(conn, "SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return 0, err
	}
	empty := application == 0 && version == 0 && tables == 0
	if !empty && (application != applicationID || version < 1) {
		return 0, fmt.Errorf("%w: the SQLite file belongs to another application", ErrNotVigie)
	}
	return version, nil
}

// migrate takes the steps that are missing, all of them or none. It looks at the version again once it is alone: two
// processes may open one new file.
func migrate(conn *sqlite.Conn, steps []migration) error {
	return transact(conn, func(conn *sqlite.Conn) error {
		version, err := identify(conn)
		if err != nil {
			return err
		}
		if version > len(steps) {
			return ErrNewer
		}
		for n, step := range steps[version:] {
			if err := sqlitex.ExecuteScript(conn, string(step), nil); err != nil {
				return fmt.Errorf("migrate to version %d: %w", version+n+1, err)
			}
		}
		if err := indexKeys(conn); err != nil {
			return err
		}
		// Written even when nothing changed: SQLite opens a file that may only be read without a word.
		return execute(conn,
			fmt.Sprintf("PRAGMA application_id = %d", applicationID),
			fmt.Sprintf("PRAGMA user_version = %d", len(steps)))
	})
}
