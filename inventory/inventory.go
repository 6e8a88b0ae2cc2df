// Package inventory remembers what is there: who holds which cameras, where they stand, what they can do, which areas
// matter and which obstacles hide them.
//
// inventory holds the vocabulary (records, [Shelf], [Store], [Query]) and the ways in and out of it ([Import],
// [Export]). It opens no socket and no database: inventory/sqlite does. It judges nothing: advisory does.
package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

var (
	// ErrNotFound says that no record has the identifier.
	ErrNotFound = errors.New("not found")
	// ErrExists says that a record has the identifier already.
	ErrExists = errors.New("exists already")
	// ErrConflict says that the record changed since it was read. Read it again, then decide.
	ErrConflict = errors.New("record changed meanwhile")
	// ErrUnavailable says that the store does not answer now. The same call may succeed later.
	ErrUnavailable = errors.New("store does not answer")
	// ErrFull says that the store has no room left: nothing was stored. The same call may succeed when there is room again.
	ErrFull = errors.New("store has no room left")
	// ErrTooLarge says that a record is larger than the store keeps.
	ErrTooLarge = errors.New("record is larger than the store keeps")
)

// Fault is one thing wrong with a record.
type Fault struct {
	// Field is the path of the field in the record's JSON, as "heads[0].hfovDeg".
	Field string `json:"field"`
	// Reason says what is wrong, in English.
	Reason string `json:"reason"`
}

// InvalidError lists everything wrong with one record.
type InvalidError struct {
	Kind   string
	Key    ID
	Faults []Fault
}

// Error joins all faults in one line.
func (e *InvalidError) Error() string {
	parts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		parts[i] = f.Field + ": " + f.Reason
	}
	return fmt.Sprintf("invalid %s %q: %s", e.Kind, e.Key, strings.Join(parts, "; "))
}

// MaxIDLength is the most characters of an [ID].
const MaxIDLength = 128

// ID identifies a record inside its kind: 1 to [MaxIDLength] characters among letters, digits, '-', '_', '.' and ':'.
type ID string

// NewID makes an identifier that sorts by time of creation (UUID version 7).
func NewID() ID { return ID(uuid.Must(uuid.NewV7()).String()) }

// vigieSpace is the UUID name space of derived identifiers; changing it would make every import create new records.
var vigieSpace = uuid.NewSHA1(uuid.NameSpaceDNS, []byte("vigie"))

// DeriveID makes the identifier that the same parts always give (UUID version 5), so that an import repeated changes
// nothing: kind, holder, external identifier.
func DeriveID(parts ...string) ID {
	return ID(uuid.NewSHA1(vigieSpace, []byte(strings.Join(parts, "\x1f"))).String())
}

// Record is what a [Shelf] keeps.
type Record interface {
	// Key identifies the record in its shelf.
	Key() ID
	// Shape is its place, lon, lat: an orb.Point, orb.Polygon or orb.MultiPolygon, of a candidate a line as well; nil when
	// it has none.
	Shape() orb.Geometry
	// Validate returns nil or an *InvalidError with every fault of the record.
	Validate() error
	// Attributes are the indexed values, for [Query.Where]. An unknown one is absent.
	Attributes() Attributes
}

// Tag is the strong entity tag of a record: it changes when any byte of its JSON does. 32 hexadecimal digits.
func Tag[T Record](record T) string {
	text, err := json.Marshal(record)
	if err != nil {
		text = []byte(err.Error()) // a record that has no JSON is refused by Validate before it has a tag
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// Shelf keeps the records of one kind.
//
// Every method may be called by several goroutines at once. A cancelled context stops the work and its error is
// returned wrapped.
type Shelf[T Record] interface {
	// Put stores the records, each under its key and whole, in place of the ones that had the same keys. Invalid
	// records are refused with an *InvalidError before any is stored. In a store that is [Transactional] all are
	// stored, or none when it returns an error. In another one some may be stored when it fails, and others may see
	// some before the rest: putting the same records again makes it good.
	Put(ctx context.Context, records ...T) error
	// Get returns one record, or ErrNotFound.
	Get(ctx context.Context, id ID) (T, error)
	// Find gives the records that the query matches, in the order of their keys. It stops at the first error. The
	// loop's body may use the store.
	Find(ctx context.Context, q Query) iter.Seq2[T, error]
	// Update reads one record, lets edit change it and stores it, as one step that no other writer comes between.
	// edit may run more than once; when it fails nothing is stored and its error is returned wrapped. ErrNotFound
	// when there is no such record; the key may not change.
	Update(ctx context.Context, id ID, edit func(*T) error) (T, error)
	// Delete removes one record, or returns ErrNotFound. check, when not nil, sees the record first and its error
	// keeps it.
	Delete(ctx context.Context, id ID, check func(T) error) error
}

// ManyGetter is a shelf that reads many records at once.
type ManyGetter[T Record] interface {
	// GetAll returns the records that are there, by their keys.
	GetAll(ctx context.Context, ids []ID) (map[ID]T, error)
}

// Creator is a shelf that stores a record only where none is.
//
// It is apart from [Shelf] because most records come by Put, which may repeat itself. Every store of Vigie has it, and the
// contract asks it of every shelf.
type Creator[T Record] interface {
	// Create stores a record whose key is free, or returns ErrExists and changes nothing, as one step: of many that
	// create one key at once, in however many processes, exactly one succeeds. An invalid record is refused with an
	// *InvalidError.
	Create(ctx context.Context, record T) error
}

// ManyCreator is a shelf that stores several records, in their order, where none is.
type ManyCreator[T Record] interface {
	// CreateAll does what Create does for one record after the other, until it cannot store one, and returns how many it
	// stored and why it stopped. In a store that is [Transactional] it stores all, or none.
	CreateAll(ctx context.Context, records ...T) (stored int, err error)
}

// ManyDeleter is a shelf that removes many records at once.
type ManyDeleter interface {
	// DeleteAll removes the records that are there, and passes over those that are not.
	DeleteAll(ctx context.Context, ids []ID) error
}

// ValidPutter is a shelf that takes the caller's word that records are valid.
type ValidPutter[T Record] interface {
	// PutValid does what Put does, of records whose Validate has returned nil, and does not ask them again.
	PutValid(ctx context.Context, records ...T) error
}

// NewPutter is a shelf that stores records sooner when it has none of them, as an import brings them into an empty one.
type NewPutter[T Record] interface {
	// PutNew does what PutValid does, of records that the shelf does not have: where it has one, it stores none and returns
	// ErrExists. No two of them have one key, nor any two of several calls until Settle; of such the last stays. Until then
	// looking for a key may take long.
	PutNew(ctx context.Context, records ...T) error
	// Settle ends what PutNew began. Any other write does so as well.
	Settle(ctx context.Context) error
}

// Watcher is a shelf that notices when it is written to.
type Watcher interface {
	// Watch begins to count the writes to the shelf: each call of this program that changes it, or tries to, from the moment
	// when it is made, those under way included; and those of other programs, however many for one, once a write of this
	// program has come after them.
	Watch(ctx context.Context) (changes func() uint64, err error)
}

// Transactional is a store that says whether Put of many records is one step: for every reader, and when it fails or
// the program dies in its middle. A store without it is not.
type Transactional interface {
	Transactional() bool
}

// Store is one shelf per kind.
type Store interface {
	Holders() Shelf[Holder]
	Deployments() Shelf[Deployment]
	Cameras() Shelf[Camera]
	Areas() Shelf[Area]
	Obstacles() Shelf[Obstacle]
	Assessments() Shelf[Assessment]
	Audits() Shelf[Audit]
	Answers() Shelf[FindingAnswer]
	Candidates() Shelf[Candidate]
	Recommendations() Shelf[Recommendation]
	Equipment() Shelf[Equipment]
	Accounts() Shelf[Account]
	Sessions() Shelf[Session]
	Conventions() Shelf[Convention]
	Journal() Shelf[Entry]
	Jobs() Shelf[Job]
	Blobs() Shelf[Blob]
	Changes() Shelf[Change]
	Subscriptions() Shelf[Subscription]
	// Ping returns nil when the store answers.
	Ping(ctx context.Context) error
	// Close waits for the work under way and gives everything back.
	Close() error
}

// GetAll returns the records of a shelf that are there, by their keys, at once when the shelf is a [ManyGetter].
func GetAll[T Record](ctx context.Context, shelf Shelf[T], ids []ID) (map[ID]T, error) {
	if many, ok := shelf.(ManyGetter[T]); ok {
		return many.GetAll(ctx, ids)
	}
	found := map[ID]T{}
	for _, id := range ids {
		record, err := shelf.Get(ctx, id)
		if err == nil {
			found[id] = record
		} else if !errors.Is(err, ErrNotFound) {
			return nil, err
		}
	}
	return found, nil
}

// Create stores a record whose key is free, or returns ErrExists. In a shelf that is no [Creator] it looks, then stores: two
// at once may both succeed, and the last one stays.
func Create[T Record](ctx context.Context, shelf Shelf[T], record T) error {
	if creator, ok := shelf.(Creator[T]); ok {
		return creator.Create(ctx, record)
	}
	switch _, err := shelf.Get(ctx, record.Key()); {
	case err == nil:
		return fmt.Errorf("create %q: %w", record.Key(), ErrExists)
	case !errors.Is(err, ErrNotFound):
		return err
	}
	return shelf.Put(ctx, record)
}

// CreateAll stores records whose keys are free, as a [ManyCreator] when the shelf is one.
func CreateAll[T Record](ctx context.Context, shelf Shelf[T], records ...T) (stored int, err error) {
	if many, ok := shelf.(ManyCreator[T]); ok {
		return many.CreateAll(ctx, records...)
	}
	for _, record := range records {
		if err := Create(ctx, shelf, record); err != nil {
			return stored, err
		}
		stored++
	}
	return stored, nil
}

// PutValid stores records whose Validate has returned nil, as a [ValidPutter] when the shelf is one.
func PutValid[T Record](ctx context.Context, shelf Shelf[T], records ...T) error {
	if trusting, ok := shelf.(ValidPutter[T]); ok {
		return trusting.PutValid(ctx, records...)
	}
	return shelf.Put(ctx, records...)
}

// PutNew stores records that the shelf does not have, as a [NewPutter] when the shelf is one. In another it looks, then stores.
func PutNew[T Record](ctx context.Context, shelf Shelf[T], records ...T) error {
	if fresh, ok := shelf.(NewPutter[T]); ok {
		return fresh.PutNew(ctx, records...)
	}
	there, err := GetAll(ctx, shelf, keysOf(records))
	if err != nil {
		return err
	}
	if len(there) > 0 {
		return fmt.Errorf("put %d new records, of which %d are there: %w", len(records), len(there), ErrExists)
	}
	return PutValid(ctx, shelf, records...)
}

// Settle ends what PutNew began.
func Settle[T Record](ctx context.Context, shelf Shelf[T]) error {
	if fresh, ok := shelf.(NewPutter[T]); ok {
		return fresh.Settle(ctx)
	}
	return nil
}

// All gathers the records that the query matches.
func All[T Record](ctx context.Context, shelf Shelf[T], q Query) ([]T, error) {
	var records []T
	for record, err := range shelf.Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}
