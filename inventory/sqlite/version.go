package sqlite

import "zombiezen.com/go/sqlite"

// LibraryVersion is the version of SQLite built into the program, as "3.49.2".
const LibraryVersion = sqlite.Version
