package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// editor changes the features of a collection (OGC 20-002).
type editor interface {
	create(o *ogc, c *gin.Context, of collection) error
	replace(o *ogc, c *gin.Context, of collection) error
	update(o *ogc, c *gin.Context, of collection) error
	remove(c *gin.Context) error
}

// offer answers OPTIONS at an address of features: what can be done there, and by which types of body (OGC 20-002,
// /req/create-replace-delete/options-response). What is computed is read only. It tells whether this is such an address.
func offer(c *gin.Context, allow string) bool {
	rest, within := strings.CutPrefix(c.Request.URL.Path, ogcCollectionsPath+"/")
	id, rest, _ := strings.Cut(rest, "/")
	if !within || rest != "items" && !strings.HasPrefix(rest, "items/") {
		return false
	}
	if slices.Contains([]string{layerCoverage, layerGaps}, id) {
		allow = readOnly
	}
	if strings.Contains(allow, http.MethodPost) {
		c.Header("Accept-Post", geoJSONType+", "+jsonType)
	}
	if strings.Contains(allow, http.MethodPatch) {
		c.Header("Accept-Patch", mergePatchType+", "+geoJSONType)
	}
	c.Header("Allow", allow)
	preflight(c, allow)
	c.Status(http.StatusOK)
	c.Writer.WriteHeaderNow()
	return true
}

// readOnly are the methods of what is computed.
const readOnly = "GET, HEAD, OPTIONS"

// create adds a feature.
//
//	@Summary	Add a feature to a collection
//	@Tags		ogc
//	@Accept		application/geo+json
//	@Produce	application/geo+json
//	@Param		collection	path	string	true	"Collection"
//	@Param		Content-Crs	header	string	false	"Coordinate system of the body"
//	@Param		feature		body	Feature	true	"The feature; its properties are those of the record"
//	@Success	201			{object}	OneFeature
//	@Header		201			{string}	Location	"Address of the feature"
//	@Header		201			{string}	ETag		"Strong tag of the record"
//	@Header		201			{string}	Content-Crs	"Coordinate system of the answer"
//	@Failure	400,404,405,413,415,422,503	{object}	Problem
//	@Failure	409			{object}	Problem	"The identifier is taken"
//	@Router		/ogc/collections/{collection}/items [post]
func (o *ogc) create(c *gin.Context) error {
	return o.edit(c, func(e editor, of collection) error { return e.create(o, c, of) })
}

// replace stores a feature in the place of another, or creates it.
//
//	@Summary	Replace a feature, or create it under this identifier
//	@Tags		ogc
//	@Accept		application/geo+json
//	@Produce	application/geo+json
//	@Param		collection		path	string	true	"Collection"
//	@Param		id				path	string	true	"Identifier of the feature"
//	@Param		Content-Crs		header	string	false	"Coordinate system of the body"
//	@Param		If-Match		header	string	false	"ETag of the state to replace"
//	@Param		If-None-Match	header	string	false	"* to create only"
//	@Param		feature			body	Feature	true	"The feature"
//	@Success	200				{object}	OneFeature	"Replaced"
//	@Success	201				{object}	OneFeature	"Created"
//	@Header		200,201			{string}	Content-Crs	"Coordinate system of the answer"
//	@Failure	400,404,405,413,415,422,503	{object}	Problem
//	@Failure	412				{object}	Problem	"It changed since it was read, or it exists already"
//	@Failure	428				{object}	Problem	"It is there, and If-Match was not sent"
//	@Router		/ogc/collections/{collection}/items/{id} [put]
func (o *ogc) replace(c *gin.Context) error {
	return o.edit(c, func(e editor, of collection) error { return e.replace(o, c, of) })
}

// update changes some properties of a feature.
//
//	@Summary		Change a part of a feature
//	@Description	The body is a JSON merge patch (RFC 7396) of the feature: a member that is null is taken away.
//	@Tags			ogc
//	@Accept			application/merge-patch+json,application/geo+json
//	@Produce		application/geo+json
//	@Param			collection	path	string	true	"Collection"
//	@Param			id			path	string	true	"Identifier of the feature"
//	@Param			Content-Crs	header	string	false	"Coordinate system of the body"
//	@Param			If-Match	header	string	true	"ETag of the state to change"
//	@Param			patch		body	object	true	"What is to change"
//	@Success		200			{object}	OneFeature
//	@Header			200			{string}	Content-Crs	"Coordinate system of the answer"
//	@Failure		400,404,405,413,415,422,503	{object}	Problem
//	@Failure		412			{object}	Problem	"It changed since it was read"
//	@Failure		428			{object}	Problem	"If-Match was not sent"
//	@Router			/ogc/collections/{collection}/items/{id} [patch]
func (o *ogc) update(c *gin.Context) error {
	return o.edit(c, func(e editor, of collection) error { return e.update(o, c, of) })
}

// remove deletes a feature.
//
//	@Summary	Delete a feature
//	@Tags		ogc
//	@Param		collection	path	string	true	"Collection"
//	@Param		id			path	string	true	"Identifier of the feature"
//	@Param		If-Match	header	string	true	"ETag of the state to delete"
//	@Success	204			"Deleted"
//	@Failure	400,404,405,503	{object}	Problem
//	@Failure	412			{object}	Problem	"It changed since it was read"
//	@Failure	428			{object}	Problem	"If-Match was not sent"
//	@Router		/ogc/collections/{collection}/items/{id} [delete]
func (o *ogc) remove(c *gin.Context) error {
	return o.edit(c, func(e editor, _ collection) error { return e.remove(c) })
}

// edit does something with the editor of the collection of the address.
func (o *ogc) edit(c *gin.Context, do func(editor, collection) error) error {
	of, err := o.asked(c)
	if err != nil {
		return err
	}
	if of.editor == nil {
		c.Header("Allow", readOnly)
		return refuse(kindMethodNotAllowed, "the features of %s are computed: ask for a study instead", of.id)
	}
	return do(of.editor, of)
}

// edits changes the records of a shelf by their features.
type edits[T inventory.Record] struct{ of *resource[T] }

func (e edits[T]) create(o *ogc, c *gin.Context, of collection) error {
	record, err := e.read(c, geoJSONType, jsonType)
	if err != nil {
		return err
	}
	if err := e.of.add(c, &record); err != nil {
		return err
	}
	return e.created(o, c, of, record)
}

func (e edits[T]) created(o *ogc, c *gin.Context, of collection, record T) error {
	c.Header("Location", o.server.base(c)+ogcCollectionsPath+"/"+of.id+"/items/"+url.PathEscape(string(record.Key())))
	return e.show(o, c, of, http.StatusCreated, record)
}

func (e edits[T]) show(o *ogc, c *gin.Context, of collection, status int, record T) error {
	in, err := systemOfBody(c)
	if err != nil {
		return err
	}
	found, err := o.linked(c, of, records[T]{of: e.of}.item(record), in)
	if err != nil {
		return err
	}
	c.Header("ETag", etag(record))
	in.tell(c)
	return reply(c, status, geoJSONType, found)
}

func (e edits[T]) replace(o *ogc, c *gin.Context, of collection) error {
	condition := header(c, "If-Match")
	record, err := e.read(c, geoJSONType, jsonType)
	if err != nil {
		return err
	}
	if err := e.of.bear(&record, e.of.target(c)); err != nil {
		return err
	}
	if condition == "" {
		return e.putNew(o, c, of, record)
	}
	stored, err := e.of.shelf.Update(c.Request.Context(), record.Key(), e.of.replace(c, record, condition))
	switch {
	case errors.Is(err, inventory.ErrNotFound):
		return inventory.ErrConflict // If-Match names a state, and nothing is there (RFC 9110, 13.1.1)
	case err != nil:
		return err
	}
	return e.show(o, c, of, http.StatusOK, stored)
}

// putNew stores a record under an identifier that is free. Where one is, its state must be named, unless only a new one is
// wanted (If-None-Match: *).
func (e edits[T]) putNew(o *ogc, c *gin.Context, of collection, record T) error {
	err := e.of.addOnly(c, record)
	switch {
	case errors.Is(err, inventory.ErrConflict) && header(c, "If-None-Match") != "*":
		return errNoMatch
	case err != nil:
		return err
	}
	return e.created(o, c, of, record)
}

func (e edits[T]) update(o *ogc, c *gin.Context, of collection) error {
	condition := header(c, "If-Match")
	if condition == "" {
		return errNoMatch
	}
	text, err := e.body(c, mergePatchType, geoJSONType)
	if err != nil {
		return err
	}
	var patch any
	if err := json.Unmarshal(text, &patch); err != nil {
		return refuseFaults([]Fault{{In: "body", Reason: jsonReason(err)}})
	}
	if err := refuseFaults(structureFaults(text)); err != nil {
		return err
	}
	stored, err := e.of.shelf.Update(c.Request.Context(), e.of.target(c), func(record *T) error {
		patched, err := e.patched(c, *record, patch)
		if err != nil {
			return err
		}
		if err := e.of.bear(&patched, e.of.target(c)); err != nil {
			return err
		}
		return e.of.replace(c, patched, condition)(record)
	})
	if err != nil {
		return err
	}
	return e.show(o, c, of, http.StatusOK, stored)
}

// patched is a record whose feature was changed by a merge patch.
func (e edits[T]) patched(c *gin.Context, record T, patch any) (T, error) {
	in, err := systemOfBody(c)
	if err != nil {
		return record, err
	}
	if members, _ := patch.(map[string]any); members["geometry"] == nil {
		in, _ = findSystem(crs84) // a place that does not change is not carried there and back
	}
	before, err := shown(records[T]{of: e.of}.item(record), in)
	if err != nil {
		return record, err
	}
	text, err := json.Marshal(before)
	if err != nil {
		return record, err
	}
	var whole any
	if err := json.Unmarshal(text, &whole); err != nil {
		return record, err
	}
	if text, err = json.Marshal(merged(whole, patch)); err != nil {
		return record, err
	}
	return e.record(c, text, in)
}

// merged is a JSON value changed by a merge patch (RFC 7396, section 2).
func merged(value, patch any) any {
	changes, isObject := patch.(map[string]any)
	if !isObject {
		return patch
	}
	members, isObject := value.(map[string]any)
	if !isObject {
		members = map[string]any{}
	}
	for name, change := range changes {
		if change == nil {
			delete(members, name)
		} else {
			members[name] = merged(members[name], change)
		}
	}
	return members
}

func (e edits[T]) remove(c *gin.Context) error { return e.of.delete(c) }

// read makes a record of the feature of the body.
func (e edits[T]) read(c *gin.Context, types ...string) (T, error) {
	var none T
	text, err := e.body(c, types...)
	if err != nil {
		return none, err
	}
	in, err := systemOfBody(c)
	if err != nil {
		return none, err
	}
	return e.record(c, text, in)
}

func (e edits[T]) body(c *gin.Context, types ...string) ([]byte, error) {
	if err := noParams(c); err != nil {
		return nil, err
	}
	if header(c, "Content-Type") == "" { // OGC 20-002, /req/create-replace-delete/post-content-type
		return nil, refuse(kindInvalidRequest, "Content-Type is missing: it must be %s", strings.Join(types, " or "))
	}
	if _, err := bodyType(c, types...); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, e.of.server.config.MaxBodyBytes))
	if err != nil {
		return nil, bodyError(err)
	}
	return text, nil
}
