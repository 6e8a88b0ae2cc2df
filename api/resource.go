package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"path"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
	"vigie/inventory/recordjson"
)

// resource serves one kind of record: create, read, list, replace, delete.
type resource[T inventory.Record] struct {
	server  *server
	path    string
	shelf   inventory.Shelf[T]
	filters filters
	// place is the field of the record's JSON that a GeoJSON feature shows as its geometry; empty when it is not a
	// field of its own.
	place string
	// id and provenance point into a record.
	id         func(*T) *inventory.ID
	provenance func(*T) *inventory.Provenance
	// owner points to whose a study is; nil for records that belong to whoever they name.
	owner func(*T) *inventory.ID
	// whole writes a record, properties without its identifier and its place; see prepare.
	whole, properties recordjson.Writer[T]
}

// prepare makes the writers.
func (r *resource[T]) prepare() {
	r.whole, r.properties = recordjson.Of[T](), recordjson.MembersOf[T]("id", r.place)
}

func (r *resource[T]) register(to routes) {
	r.prepare()
	one := r.path + "/:id"
	read, write := toRead(r.kind()), toWrite(r.kind())
	to.get(r.path, read, r.list)
	to.on(http.MethodPost, r.path, write, r.post)
	to.get(one, read, r.get)
	to.on(http.MethodPut, one, write, r.put)
	to.on(http.MethodDelete, one, write, r.delete)
}

// kind is the name of the kind of record, which the path ends with.
func (r *resource[T]) kind() string { return path.Base(r.path) }

func (r *resource[T]) list(c *gin.Context) error {
	offers := []string{jsonType}
	if r.filters.placed {
		offers = append(offers, geoJSONType)
	}
	mediaType, err := negotiate(c, offers...)
	if err != nil {
		return err
	}
	l, err := r.filters.read(c)
	if err != nil {
		return err
	}
	if mediaType == geoJSONType {
		return r.listFeatures(c, l)
	}
	return listJSON(c, r, l, func(text []byte, record T) ([]byte, error) { return r.whole.Append(text, &record) })
}

// listAs gives one page of records as JSON alone, each as view shows it.
func listAs[T inventory.Record, V any](c *gin.Context, r *resource[T], view func(T) V) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	l, err := r.filters.read(c)
	if err != nil {
		return err
	}
	brief := *r
	brief.shelf = inventory.Briefly(r.shelf)
	return listJSON(c, &brief, l, func(text []byte, record T) ([]byte, error) {
		own, err := json.Marshal(view(record))
		return append(text, own...), err
	})
}

func listJSON[T inventory.Record](c *gin.Context, r *resource[T], l listing, write func([]byte, T) ([]byte, error)) error {
	items, cursor, err := r.page(c.Request.Context(), l, write)
	if err != nil {
		return err
	}
	linkNext(c, l.next(r.path, cursor))
	return give(c, jsonType, pageText(items, cursor))
}

func (r *resource[T]) listFeatures(c *gin.Context, l listing) error {
	write := recordjson.Of[Feature]()
	features, cursor, err := r.page(c.Request.Context(), l, func(text []byte, record T) ([]byte, error) {
		f, err := r.feature(record)
		if err != nil {
			return nil, err
		}
		return write.Append(text, &f)
	})
	if err != nil {
		return err
	}
	next := l.next(r.path, cursor)
	linkNext(c, next)
	text, err := collectionText(features, next)
	if err != nil {
		return err
	}
	return give(c, geoJSONType, text)
}

// page is one page of the records, in its turn when much is to be read.
func (r *resource[T]) page(
	ctx context.Context, l listing, write func(text []byte, record T) ([]byte, error),
) (items []byte, next string, err error) {
	leave, err := r.server.wide.enter(ctx, l.query)
	if err != nil {
		return nil, "", err
	}
	defer leave()
	return page(ctx, r.shelf, l, write)
}

func (r *resource[T]) get(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	if err := noParams(c); err != nil {
		return err
	}
	record, err := r.shelf.Get(c.Request.Context(), r.target(c))
	if err != nil {
		return err
	}
	return r.show(c, http.StatusOK, record)
}

// show answers with a record and its tag, or only says that the client has it already.
func (r *resource[T]) show(c *gin.Context, status int, record T) error {
	text, err := r.whole.Append(nil, &record)
	if err != nil {
		return err
	}
	tag := tagOf(text)
	c.Header("ETag", tag)
	if status == http.StatusOK && isRead(c) && unchanged(header(c, "If-None-Match"), tag) {
		return notModified(c)
	}
	c.Data(status, jsonType, text)
	return nil
}

func isRead(c *gin.Context) bool {
	return c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
}

func (r *resource[T]) target(c *gin.Context) inventory.ID { return inventory.ID(c.Param("id")) }

// post stores a new record.
func (r *resource[T]) post(c *gin.Context) error {
	record, err := r.read(c)
	if err != nil {
		return err
	}
	if err := r.add(c, &record); err != nil {
		return err
	}
	return r.created(c, record)
}

// add stores a new record, under its identifier or one that is made.
func (r *resource[T]) add(c *gin.Context, record *T) error {
	if id := r.id(record); *id == "" {
		*id = r.server.config.NewID()
	} else if err := r.mayName(c, *id); err != nil {
		return err
	}
	return inventory.Create(c.Request.Context(), r.shelf, *record)
}

func (r *resource[T]) created(c *gin.Context, record T) error {
	r.locate(c, record.Key())
	return r.show(c, http.StatusCreated, record)
}

func (r *resource[T]) locate(c *gin.Context, id inventory.ID) { c.Header("Location", r.address(id)) }

// address is the path of a record.
func (r *resource[T]) address(id inventory.ID) string {
	return r.path + "/" + url.PathEscape(string(id))
}

func (r *resource[T]) put(c *gin.Context) error {
	create, condition := header(c, "If-None-Match") == "*", header(c, "If-Match")
	if !create && condition == "" {
		return errNoMatch
	}
	record, err := r.read(c)
	if err != nil {
		return err
	}
	if err := r.bear(&record, r.target(c)); err != nil {
		return err
	}
	if create {
		return r.putNew(c, record)
	}
	stored, err := r.shelf.Update(c.Request.Context(), record.Key(), r.replace(c, record, condition))
	if err != nil {
		return err
	}
	return r.show(c, http.StatusOK, stored)
}

// replace is the change of a stored record, if it is in the state that If-Match names. Which import brought it is not for the
// holder to change.
func (r *resource[T]) replace(c *gin.Context, record T, condition string) func(*T) error {
	check, bound := onlyIf[T](condition), r.bound(c)
	return func(stored *T) error {
		if err := check(*stored); err != nil {
			return err
		}
		if bound {
			from, to := r.provenance(stored), r.provenance(&record)
			to.Import, to.Row = from.Import, from.Row
		}
		*stored = record
		return nil
	}
}

// bound tells a caller who may change some records of the kind only.
func (r *resource[T]) bound(c *gin.Context) bool {
	caller, _ := inventory.CallerOf(c.Request.Context())
	return caller.Bound(inventory.Write, r.kind())
}

// mayName refuses an identifier that the caller may not choose for a new record.
func (r *resource[T]) mayName(c *gin.Context, id inventory.ID) error {
	caller, _ := inventory.CallerOf(c.Request.Context())
	return caller.CheckName(r.kind(), id)
}

func (r *resource[T]) putNew(c *gin.Context, record T) error {
	if err := r.addOnly(c, record); err != nil {
		return err
	}
	return r.created(c, record)
}

// addOnly stores a new record under its identifier. That it is taken is a condition that fails (If-None-Match: *), not a clash
// of names.
func (r *resource[T]) addOnly(c *gin.Context, record T) error {
	if err := r.mayName(c, record.Key()); err != nil {
		return err
	}
	err := inventory.Create(c.Request.Context(), r.shelf, record)
	if errors.Is(err, inventory.ErrExists) {
		return inventory.ErrConflict
	}
	return err
}

func (r *resource[T]) delete(c *gin.Context) error {
	condition := header(c, "If-Match")
	if condition == "" {
		return errNoMatch
	}
	if err := noParams(c); err != nil {
		return err
	}
	if err := r.shelf.Delete(c.Request.Context(), r.target(c), onlyIf[T](condition)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}

// read decodes a record from the body and dates its change.
func (r *resource[T]) read(c *gin.Context) (T, error) {
	var record T
	if err := noParams(c); err != nil {
		return record, err
	}
	if err := r.server.decode(c, &record); err != nil {
		return record, err
	}
	r.stamp(c, &record)
	return record, nil
}

// stamp dates the change of a record.
func (r *resource[T]) stamp(c *gin.Context, record *T) {
	now := inventory.InstantOf(r.server.config.Now())
	from := r.provenance(record)
	if from.UpdatedAt = &now; r.bound(c) {
		from.Import, from.Row = "", 0 // only an import says that it brought a record
	}
}

// bear gives the record the identifier of its address; one that says otherwise is at fault.
func (r *resource[T]) bear(record *T, id inventory.ID) error {
	switch own := r.id(record); *own {
	case "", id:
		*own = id
		return nil
	default:
		fault := inventory.Fault{Field: "id", Reason: "is not the identifier in the address"}
		return &inventory.InvalidError{Key: id, Faults: []inventory.Fault{fault}}
	}
}
