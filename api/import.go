package api

import (
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

const importPath = camerasPath + "/import"

func (s *server) importRoutes(r routes) {
	r.on(http.MethodPost, importPath, s.importCameras)
}

// importCameras reads a file of cameras.
//
//	@Summary		Import cameras from a file
//	@Description	The body is the file: GeoJSON (a feature collection, or one feature per line) or CSV. Rows with faults are
//	@Description	left out and listed in the report; a fault of the whole file is a problem, and nothing is stored. The same
//	@Description	file twice changes nothing. Whether the holder and the deployment exist is not checked.
//	@Tags			cameras
//	@Accept			application/geo+json,json,text/csv
//	@Produce		json
//	@Param			file		body		string	true	"The file"
//	@Param			holder		query		string	true	"Identifier of the holder of the cameras"				example(mairie)
//	@Param			deployment	query		string	false	"Identifier of their deployment"						example(voie-publique)
//	@Param			crs			query		string	false	"Coordinate system, when the file names none"			example(EPSG:2154)
//	@Param			key			query		string	false	"Property that identifies a camera for its holder"	example(Nom)
//	@Param			status		query		string	false	"Status of the cameras whose row gives none"			Enums(planned, installed, in_service, out_of_service, retired)
//	@Param			source		query		string	false	"Name of the file, for reports"						example(cameras.geojson)
//	@Param			licence		query		string	false	"Licence of the file, as its publisher writes it"		example(Licence Ouverte 2.0)
//	@Param			dryRun		query		boolean	false	"Read, check and report, and store nothing"			default(false)
//	@Success		200			{object}	inventory.ImportReport
//	@Failure		400,413,415,503	{object}	Problem
//	@Failure		422			{object}	Problem	"The file cannot be imported; candidates lists coordinate systems when one must be named"
//	@Router			/api/v1/cameras/import [post]
func (s *server) importCameras(c *gin.Context) error {
	mediaType, err := bodyType(c, geoJSONType, jsonType, csvType)
	if err != nil {
		return err
	}
	options, err := importOptions(c)
	if err != nil {
		return err
	}
	options.Kind, options.Format = inventory.KindCameras, inventory.FormatGeoJSON
	if mediaType == csvType {
		options.Format = inventory.FormatCSV
	}
	options.Now, options.NewID = s.config.Now, s.config.NewID
	file := upload{http.MaxBytesReader(c.Writer, c.Request.Body, s.config.MaxImportBytes)}
	report, err := inventory.Import(c.Request.Context(), s.config.Store, file, options)
	if err != nil {
		return importError(err)
	}
	return ok(c, report)
}

// upload is a body that others read; an error in it is the sender's.
type upload struct{ body io.Reader }

func (u upload) Read(p []byte) (int, error) {
	n, err := u.body.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = bodyError(err)
	}
	return n, err
}

// importError says of faulty options that they were parameters; rows with faults are in the report.
func importError(err error) error {
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) {
		return err
	}
	var p params
	for _, f := range invalid.Faults {
		p.fault(f.Field, "%s", f.Reason)
	}
	return refuseFaults(p.faults)
}

func importOptions(c *gin.Context) (inventory.ImportOptions, error) {
	p := readParams(c)
	options := inventory.ImportOptions{
		Holder:     inventory.ID(p.required("holder")),
		Deployment: p.id("deployment"),
		Status:     inventory.Status(p.word("status", words(inventory.Statuses()))),
		DryRun:     p.flag("dryRun"),
	}
	options.CRS, _ = p.text("crs")
	options.Key, _ = p.text("key")
	options.Source, _ = p.text("source")
	options.Licence, _ = p.text("licence")
	return options, p.done()
}

func words[W ~string](all []W) []string {
	texts := make([]string, len(all))
	for i, w := range all {
		texts[i] = string(w)
	}
	return texts
}
