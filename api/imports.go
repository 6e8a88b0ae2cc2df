package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

const (
	importsPath      = "/api/v1/imports"
	importEventsPath = importsPath + "/:id/events"
	importUndoPath   = importsPath + "/:id/undo"
)

func importPath(id inventory.ID) string { return importsPath + "/" + url.PathEscape(string(id)) }

// bulkRoutes serves imports as jobs: sent, followed, read row by row, cancelled, undone.
func (s *server) bulkRoutes(r routes) {
	one := importsPath + "/:id"
	r.on(http.MethodPost, importsPath, need{action: inventory.Write, kindOf: importedKind}, s.postImport)
	r.get(one, toRead("jobs"), s.getImport)
	r.get(one+"/rows", toRead("jobs"), s.listImportRows)
	r.get(importEventsPath, toRead("jobs"), s.followImport)
	r.on(http.MethodDelete, one, toWrite("jobs"), s.cancelImport)
	r.on(http.MethodPost, importUndoPath, toWrite("jobs"), s.postUndo)
	r.get(importUndoPath, toRead("jobs"), s.getUndo)
	s.jobs.works[inventory.JobImport] = s.runImport
	s.jobs.works[inventory.JobUndo] = s.runUndo
}

// importedKind is the kind that a request names, cameras when it names none.
func importedKind(c *gin.Context) (string, error) { return kindIn(c, words(inventory.Kinds())) }

// importOrder is what was asked for of an import, as its job keeps it.
type importOrder struct {
	Kind        inventory.Kind         `json:"kind"`
	Format      inventory.Format       `json:"format,omitempty"`
	Source      string                 `json:"source,omitempty"`
	Licence     string                 `json:"licence,omitempty"`
	CRS         string                 `json:"crs,omitempty"`
	Holder      inventory.ID           `json:"holder,omitempty"`
	Deployment  inventory.ID           `json:"deployment,omitempty"`
	Key         string                 `json:"key,omitempty"`
	Layer       string                 `json:"layer,omitempty"`
	Set         inventory.ID           `json:"set,omitempty"`
	AroundM     float64                `json:"aroundM,omitempty"`
	WidthM      float64                `json:"widthM,omitempty"`
	Category    inventory.AreaCategory `json:"category,omitempty"`
	Requirement *inventory.Requirement `json:"requirement,omitempty"`
	Only        map[string][]string    `json:"only,omitempty"`
	Status      inventory.Status       `json:"status,omitempty"`
	OnMissing   inventory.OnMissing    `json:"onMissing,omitempty"`
	MissingFrom string                 `json:"missingFrom,omitempty"`
	Mapping     map[string]string      `json:"mapping,omitempty"`
	DryRun      bool                   `json:"dryRun,omitempty"`
	// Bytes is the size of the file.
	Bytes int64 `json:"bytes"`
}

func (o importOrder) options() inventory.ImportOptions {
	return inventory.ImportOptions{
		Kind: o.Kind, Format: o.Format, Source: o.Source, Licence: o.Licence, CRS: o.CRS, Holder: o.Holder, Deployment: o.Deployment,
		Key: o.Key, Layer: o.Layer, Set: o.Set, AroundM: o.AroundM, WidthM: o.WidthM, Category: o.Category, Requirement: o.Requirement,
		Only: o.Only, Status: o.Status, OnMissing: o.OnMissing, MissingFrom: o.MissingFrom, Mapping: o.Mapping, DryRun: o.DryRun,
	}
}

// readImport takes the parameters of an import, and tells the faults of all.
func readImport(c *gin.Context, p *params) (order importOrder, err error) {
	kind, err := importedKind(c)
	if err != nil {
		return order, err
	}
	p.text("kind")
	order.Kind = inventory.Kind(kind)
	order.Mapping = p.mapping("mapping")
	switch order.Kind {
	case inventory.KindCameras:
		order.cameras(p)
	case inventory.KindAreas:
		order.Holder = p.id("holder")
		order.Category = inventory.AreaCategory(p.word("category", words(inventory.AreaCategories())))
		order.AroundM, order.WidthM, order.Requirement = p.metres("around"), p.metres("width"), p.requirement("require")
	case inventory.KindCandidates:
		order.Set = inventory.ID(p.required("set"))
	case inventory.KindObstacles, inventory.KindEquipment:
	}
	order.DryRun = p.dryRun()
	order.Layer, _ = p.text("layer")
	order.CRS, _ = p.text("crs")
	order.Key, _ = p.text("key")
	order.Source, _ = p.text("source")
	order.Licence, _ = p.text("licence")
	if order.Only, err = inventory.ReadOnly(p.repeated("only")); err != nil {
		p.fault("only", "%v", err)
	}
	if order.OnMissing == inventory.RetireMissing {
		order.MissingFrom = order.Source
	}
	p.options(order.options())
	return order, p.done()
}

func (o *importOrder) cameras(p *params) {
	if slices.Contains(sortedValues(o.Mapping), "holder") {
		o.Holder = p.id("holder")
	} else {
		o.Holder = inventory.ID(p.required("holder"))
	}
	o.Deployment = p.id("deployment")
	o.Status = inventory.Status(p.word("status", words(inventory.Statuses())))
	o.OnMissing = inventory.OnMissing(p.word("onMissing", words(inventory.OnMissings())))
}

func sortedValues(m map[string]string) []string {
	values := make([]string, 0, len(m))
	for _, value := range m {
		values = append(values, value)
	}
	slices.Sort(values)
	return values
}

// mapping takes a JSON object of property: field; nil when absent.
func (p *params) mapping(name string) map[string]string {
	text, ok := p.text(name)
	if !ok {
		return nil
	}
	var mapping map[string]string
	for _, fault := range unmarshal([]byte(text), &mapping) {
		p.fault(name, "a JSON object of property: field is needed, as {\"hauteur\":\"mounting.heightM\"}: %s %s", fault.Field, fault.Reason)
	}
	return mapping
}

// options adds what is wrong with the options of an import that no parameter alone shows.
func (p *params) options(options inventory.ImportOptions) {
	var invalid *inventory.InvalidError
	if !errors.As(options.Validate(), &invalid) {
		return
	}
	for _, f := range invalid.Faults {
		known := slices.ContainsFunc(p.faults, func(told Fault) bool { return told.Field == f.Field })
		if !known {
			p.fault(f.Field, "%s", f.Reason)
		}
	}
}

// upload is the file of an import.
func (s *server) upload(job inventory.Job) inventory.Upload {
	return inventory.Upload{
		Blobs: s.config.Store.Blobs(), ID: job.ID, Owner: job.Owner,
		ExpiresAt: inventory.InstantOf(job.CreatedAt.Add(inventory.JobKept)),
	}
}

// runImport imports the file of a job. Begun again, it goes on with what an earlier try has stored.
func (s *server) runImport(ctx context.Context, job inventory.Job, tell onProgress) (result string, err error) {
	var order importOrder
	if err := json.Unmarshal(job.Request, &order); err != nil {
		return "", err
	}
	file, options := s.upload(job), order.options()
	_, unread := inventory.ReadImport(ctx, s.config.Store.Blobs(), job.ID)
	options.Trail = &inventory.Trail{
		Blobs: s.config.Store.Blobs(), Owner: job.Owner, Again: unread == nil,
		ExpiresAt: inventory.InstantOf(job.CreatedAt.Add(inventory.TrailKept)),
	}
	options.Now, options.NewID = s.config.Now, func() inventory.ID { return job.ID }
	progress := newImportProgress(order.Bytes, tell)
	options.Progress, options.Rows = progress.bytes, progress.rows
	defer s.config.Importing()()
	_, err = inventory.Import(ctx, s.config.Store, file.Open(ctx, order.Bytes), options)
	if ctx.Err() != nil {
		return "", err // cancelled, or another server goes on: the file stays until nobody can need it
	}
	if left := file.Drop(ctx, order.Bytes); err == nil {
		err = left
	}
	return importPath(job.ID), importError(err)
}
