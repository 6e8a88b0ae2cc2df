package advisory

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"vigie/inventory"
)

// SimulationRequest says which deployments to judge, as of which day, and what to change.
type SimulationRequest struct {
	Selection
	// At is the day of the judgement, Scale the level scale, empty for the book's own.
	At    inventory.Date `json:"at"`
	Scale string         `json:"scale,omitempty"`
	// Change is what is otherwise afterwards.
	Change BookChange `json:"change"`
}

// BookChange is another book, other limits, another day or another scale. What is not given stays.
type BookChange struct {
	// Limits are new values by the names of limits, written as text, lists with commas between the words; weaker ones, too.
	Limits map[string]string `json:"limits,omitempty"`
	// Files are the texts of a local book by their names, as rules/X-01.yaml and overlay.yaml. It is laid over the book that
	// Vigie comes with, in place of the local book in use.
	Files map[string]string `json:"files,omitempty"`
	At    inventory.Date    `json:"at,omitempty"`
	Scale string            `json:"scale,omitempty"`
}

// WhatIf is [Advisor.Simulate] of a change to the book. Every fault of the request is in an *inventory.InvalidError, those
// of the files with their lines and columns.
func (a Advisor) WhatIf(ctx context.Context, request SimulationRequest, each func(Flip) error) (Simulation, error) {
	faults := request.faults()
	before, wrong := a.Book.session("", request.At, request.Scale)
	faults = append(faults, wrong...)
	changed, wrong := request.Change.apply(a.Book)
	faults = append(faults, wrong...)
	after := before
	if changed != nil {
		day, scale := cmp.Or(request.Change.At, request.At), cmp.Or(request.Change.Scale, request.Scale)
		after, wrong = changed.session("change.", day, scale)
		faults = append(faults, wrong...)
	}
	if len(faults) > 0 {
		return Simulation{}, &inventory.InvalidError{Kind: "simulation", Faults: faults}
	}
	return a.Simulate(ctx, request.Selection, before, after, each)
}

// session opens the book, or tells what is wrong with the day or the scale, which stand at a place of the request.
func (b *Book) session(at string, day inventory.Date, scale string) (*Session, []inventory.Fault) {
	if !day.Valid() {
		return nil, []inventory.Fault{{Field: at + "at", Reason: "must be the day of the judgement, as 2026-11-21"}}
	}
	session, err := b.On(day, scale)
	if err != nil {
		return nil, []inventory.Fault{{Field: at + "scale", Reason: err.Error()}}
	}
	return session, nil
}

// apply makes the changed book; nil when there are faults.
func (c BookChange) apply(to *Book) (*Book, []inventory.Fault) {
	var faults []inventory.Fault
	if len(c.Limits)+len(c.Files) == 0 && c.At == "" && c.Scale == "" {
		faults = append(faults, inventory.Fault{Field: "change", Reason: "changes nothing: give limits, files, at or scale"})
	}
	if len(c.Files) > 0 {
		local, err := c.book()
		faults = append(faults, fileFaults(err)...)
		to = local
	}
	if to == nil {
		return nil, faults
	}
	changed, err := to.WithLimits(c.Limits)
	for _, fault := range ownFaults(err) {
		fault.Field = "change.limits." + fault.Field[len(limitRoot):]
		faults = append(faults, fault)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return changed, nil
}

// book loads the files over the embedded book.
func (c BookChange) book() (*Book, error) {
	files, err := folderOf(c.Files)
	if err != nil {
		return nil, err
	}
	return LoadOverlay(files)
}

// folderOf holds texts as files.
func folderOf(texts map[string]string) (fs.FS, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if !fs.ValidPath(name) || name == "." {
			return nil, &BookError{File: name, Reason: "is not the name of a file of a book"}
		}
		file, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return nil, fmt.Errorf("hold %s: %w", name, err)
		}
		if _, err := file.Write([]byte(texts[name])); err != nil {
			return nil, fmt.Errorf("hold %s: %w", name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("hold the files: %w", err)
	}
	return zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
}

// fileFaults are the faults of the files of a book.
func fileFaults(err error) []inventory.Fault {
	if err == nil {
		return nil
	}
	var many interface{ Unwrap() []error }
	if errors.As(err, &many) {
		var faults []inventory.Fault
		for _, one := range many.Unwrap() {
			faults = append(faults, fileFaults(one)...)
		}
		return faults
	}
	var fault *BookError
	if errors.As(err, &fault) {
		reason := fmt.Sprintf("line %d, column %d: %s", fault.Line, fault.Column, fault.Reason)
		return []inventory.Fault{{Field: fmt.Sprintf("change.files[%s]", fault.File), Reason: reason}}
	}
	return []inventory.Fault{{Field: "change.files", Reason: err.Error()}}
}
