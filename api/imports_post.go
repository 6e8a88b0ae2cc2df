package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// postImport takes a file in, and has it imported.
//
//	@Summary		Import a file of any kind
//	@Description	The body is the file: GeoJSON (a feature collection, or one feature per line), CSV, a shapefile in a zip archive,
//	@Description	KML, KMZ, or what Overpass answers of OpenStreetMap, as JSON; a catalogue of equipment is CSV or a JSON array.
//	@Description	The options are parameters, and all their faults are told before the file is read. The file is kept, and
//	@Description	imported while nobody waits, on whichever server has a turn; a restart goes on where it was. Location tells where to
//	@Description	follow it. A fault of the whole file fails the job, and nothing is stored; rows with faults are refused one by one.
//	@Description	With onMissing=retire the file is the whole of what the holder has (in the deployment, and from the source, when
//	@Description	they are named): cameras that it lacks get the status retired and the day, none is deleted, and one that comes back
//	@Description	is in service again as its row or status says. An import that was cancelled keeps what it had stored; the same file
//	@Description	again does the rest. Parameters of another kind are refused.
//	@Tags			imports
//	@Accept			application/geo+json,json,text/csv,application/zip,application/vnd.google-earth.kml+xml,application/vnd.google-earth.kmz
//	@Produce		json
//	@Param			file		body		string		true	"The file"
//	@Param			kind		query		string		false	"Kind of the rows"	Enums(cameras, areas, obstacles, candidates, equipment)	default(cameras)
//	@Param			holder		query		string		false	"Identifier of the holder: required of cameras, unless mapping gives it by row; of areas, who declares them"	example(mairie)
//	@Param			deployment	query		string		false	"Identifier of the cameras' deployment"					example(voie-publique)
//	@Param			onMissing	query		string		false	"What becomes of the cameras that the file lacks"			Enums(keep, retire)	default(keep)
//	@Param			status		query		string		false	"Status of the cameras whose row gives none"				Enums(planned, installed, in_service, out_of_service, retired)
//	@Param			key			query		string		false	"Property that identifies a row for its holder; found out when absent, and told"	example(ref)
//	@Param			mapping		query		string		false	"JSON object: the field of Vigie for properties of the file; - leaves one out"	example({"hauteur":"mounting.heightM"})
//	@Param			set			query		string		false	"What candidates are called together: required of them"	example(street-lights)
//	@Param			category	query		string		false	"Category of areas, priority_place when absent"			example(priority_place)
//	@Param			around		query		number		false	"Make areas of points and lines: metres around them"		example(50)
//	@Param			width		query		number		false	"Make areas of lines, as streets: metres wide"			example(7)
//	@Param			require		query		string		false	"Requirement given to areas: a level and the percent to be seen, by day"	example(overview=50)
//	@Param			crs			query		string		false	"Coordinate system, when the file names none"			example(EPSG:2154)
//	@Param			layer		query		string		false	"Shapefile to read in an archive that has several"		example(cameras)
//	@Param			only		query		[]string	false	"property=value of the rows to read, the others are left out; may be repeated"	collectionFormat(multi)	example(type=dome)
//	@Param			source		query		string		false	"Name of the file, for reports and provenance; with onMissing=retire, the same each time"	example(vms)
//	@Param			licence		query		string		false	"Licence of the file, as its publisher writes it"		example(Licence Ouverte 2.0)
//	@Param			dryRun		query		boolean		false	"Read, check and report, and store nothing"				default(false)
//	@Param			wait		query		integer		false	"Seconds to wait for its end"							default(0)	minimum(0)	maximum(30)
//	@Success		201			{object}	BulkImport	"It has ended within wait"
//	@Success		202			{object}	BulkImport	"It goes on"
//	@Header			201,202		{string}	Location	"Address of the import"
//	@Header			202			{integer}	Retry-After	"When to ask again, seconds"
//	@Failure		400,401,403,413,415,429,503	{object}	Problem
//	@Failure		422			{object}	Problem	"The file cannot be imported, as was found within wait; candidates lists coordinate systems when one must be named"
//	@Router			/api/v1/imports [post]
func (s *server) postImport(c *gin.Context) error {
	mediaType, err := bodyType(c, geoJSONType, jsonType, csvType, zipType, kmlType, kmzType)
	if err != nil {
		return err
	}
	p := readParams(c)
	wait := p.wait(0)
	order, err := readImport(c, p)
	if err != nil {
		return err
	}
	job, err := s.takeIn(c, order, mediaType)
	if err != nil {
		return err
	}
	return s.acceptImport(c, job.ID, wait)
}

// takeIn keeps the body of a request and makes a job of it.
func (s *server) takeIn(c *gin.Context, order importOrder, mediaType string) (inventory.Job, error) {
	ctx := c.Request.Context()
	_, leave, err := s.turns.enter(ctx) // so many files of one account at once
	if err != nil {
		return inventory.Job{}, err
	}
	defer leave()
	job, err := s.jobs.draft(c, inventory.JobImport, order)
	if err != nil {
		return job, err
	}
	readWithin(c, exchangeTimeout)
	body := bufio.NewReader(upload{http.MaxBytesReader(c.Writer, c.Request.Body, s.config.MaxImportBytes)})
	order.Format = importFormat(mediaType, body)
	file := s.upload(job)
	if order.Bytes, err = file.Keep(ctx, body); err != nil {
		return job, err
	}
	if job.Request, err = json.Marshal(order); err == nil {
		err = s.jobs.submit(ctx, job)
	}
	if err != nil {
		return job, errors.Join(err, file.Drop(context.WithoutCancel(ctx), order.Bytes))
	}
	return job, nil
}

// acceptImport answers with an import that was taken in, when it has ended or the time is over.
func (s *server) acceptImport(c *gin.Context, id inventory.ID, wait time.Duration) error {
	job, err := s.jobs.await(c.Request.Context(), id, wait, func(now inventory.Job) bool { return now.State.Ended() })
	if err != nil {
		return err
	}
	c.Header("Location", importPath(id))
	if why := readProblem(job.Problem); why != nil {
		return reply(c, why.Status, problemType, why)
	}
	told, err := s.bulkImport(c, id)
	if err != nil {
		return err
	}
	status := http.StatusAccepted
	if job.State.Ended() {
		status = http.StatusCreated
	}
	return showImport(c, status, told)
}

// followImport tells what happens to an import until it has ended.
//
//	@Summary		Follow an import
//	@Description	Server-sent events: progress, with the job as data, whenever it changes; then end, with the job, and the stream
//	@Description	ends. A stream that breaks is asked for again.
//	@Tags			imports
//	@Produce		text/event-stream
//	@Param			id	path		string	true	"Identifier of the import"
//	@Success		200	{string}	string	"The events"
//	@Failure		400,401,404,406,429,503	{object}	Problem
//	@Router			/api/v1/imports/{id}/events [get]
func (s *server) followImport(c *gin.Context) error {
	if err := s.isImport(c); err != nil {
		return err
	}
	return s.jobs.events(c)
}

// isImport is nil when a request without parameters names a job that imports.
func (s *server) isImport(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	job, err := s.jobs.shelf.Get(c.Request.Context(), inventory.ID(c.Param("id")))
	if err == nil && job.Kind != inventory.JobImport {
		err = inventory.ErrNotFound
	}
	return err
}

// cancelImport ends an import that has not ended.
//
//	@Summary		Cancel an import
//	@Description	Whoever does it stops within a few seconds. What was stored until then stays, and is told by the report; the same
//	@Description	file again does the rest, and undo takes it back.
//	@Tags			imports
//	@Produce		json
//	@Param			id	path		string	true	"Identifier of the import"
//	@Success		200	{object}	Job
//	@Header			200	{string}	ETag	"Strong tag of the job"
//	@Failure		400,401,403,404,429,503	{object}	Problem
//	@Failure		409	{object}	Problem	"It has ended"
//	@Router			/api/v1/imports/{id} [delete]
func (s *server) cancelImport(c *gin.Context) error {
	if err := s.isImport(c); err != nil {
		return err
	}
	return s.jobs.cancel(c)
}
