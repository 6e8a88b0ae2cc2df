package api

import (
	"bufio"
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

func (s *server) importRoutes(r routes) {
	r.on(http.MethodPost, camerasPath+"/import", toWrite("cameras"), s.importCameras)
	r.on(http.MethodPost, areasPath+"/import", toWrite("areas"), s.importAreas)
	r.on(http.MethodPost, obstaclesPath+"/import", toWrite("obstacles"), s.importObstacles)
	r.on(http.MethodPost, candidatesPath+"/import", toWrite("candidates"), s.importCandidates)
	r.on(http.MethodPost, equipmentPath+"/import", toWrite("equipment"), s.importEquipment)
}

// importCameras reads a file of cameras.
//
//	@Summary		Import cameras from a file
//	@Description	The body is the file: GeoJSON (a feature collection, or one feature per line), CSV, a shapefile in a zip
//	@Description	archive, KML, KMZ, or what Overpass answers of OpenStreetMap, as JSON. Rows with faults are
//	@Description	left out and listed in the report; a fault of the whole file is a problem, and nothing is stored. The same
//	@Description	file twice changes nothing. Whether the holder and the deployment exist is not checked.
//	@Tags			cameras
//	@Accept			application/geo+json,json,text/csv,application/zip,application/vnd.google-earth.kml+xml,application/vnd.google-earth.kmz
//	@Produce		json
//	@Param			file		body		string	true	"The file"
//	@Param			holder		query		string	true	"Identifier of the holder of the cameras"				example(mairie)
//	@Param			deployment	query		string	false	"Identifier of their deployment"						example(voie-publique)
//	@Param			crs			query		string	false	"Coordinate system, when the file names none"			example(EPSG:2154)
//	@Param			key			query		string	false	"Property that identifies a camera for its holder"	example(Nom)
//	@Param			layer		query		string	false	"Shapefile to read in an archive that has several"	example(cameras)
//	@Param			status		query		string	false	"Status of the cameras whose row gives none"			Enums(planned, installed, in_service, out_of_service, retired)
//	@Param			only		query		[]string	false	"property=value of the rows to read, the others are left out; may be repeated"	collectionFormat(multi)	example(DELTA_SSCA=Collèges)
//	@Param			source		query		string	false	"Name of the file, for reports"						example(cameras.geojson)
//	@Param			licence		query		string	false	"Licence of the file, as its publisher writes it"		example(Licence Ouverte 2.0)
//	@Param			dryRun		query		boolean	false	"Read, check and report, and store nothing"			default(false)
//	@Success		200			{object}	inventory.ImportReport
//	@Failure		400,413,415,503	{object}	Problem
//	@Failure		422			{object}	Problem	"The file cannot be imported; candidates lists coordinate systems when one must be named"
//	@Router			/api/v1/cameras/import [post]
func (s *server) importCameras(c *gin.Context) error {
	p := readParams(c)
	return s.importFile(c, p, inventory.ImportOptions{
		Kind:       inventory.KindCameras,
		Holder:     inventory.ID(p.required("holder")),
		Deployment: p.id("deployment"),
		Status:     inventory.Status(p.word("status", words(inventory.Statuses()))),
	})
}

// importFile imports the body; the options are those of its kind.
func (s *server) importFile(c *gin.Context, p *params, options inventory.ImportOptions) error {
	mediaType, err := bodyType(c, geoJSONType, jsonType, csvType, zipType, kmlType, kmzType)
	if err != nil {
		return err
	}
	if err := commonOptions(p, &options); err != nil {
		return err
	}
	_, leave, err := s.turns.enter(c.Request.Context())
	if err != nil {
		return err
	}
	defer leave()
	readWithin(c, exchangeTimeout)
	body := bufio.NewReader(upload{http.MaxBytesReader(c.Writer, c.Request.Body, s.config.MaxImportBytes)})
	options.Format = importFormat(mediaType, body)
	options.Now, options.NewID = s.config.Now, s.config.NewID
	defer s.config.Importing()()
	report, err := inventory.Import(c.Request.Context(), s.config.Store, body, options)
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

// importFormat is the format of a media type, and of how the body begins: JSON is GeoJSON or of OpenStreetMap. It is
// empty for an archive, which may be a shapefile or a KMZ.
func importFormat(mediaType string, body *bufio.Reader) inventory.Format {
	switch mediaType {
	case jsonType:
		head, _ := body.Peek(body.Size()) // an error comes back at the first reading
		return inventory.FormatOfJSON(head)
	case geoJSONType:
		return inventory.FormatGeoJSON
	case csvType:
		return inventory.FormatCSV
	case kmlType, kmzType:
		return inventory.FormatKML
	case zipType:
		if head, _ := body.Peek(2); string(head) != "PK" {
			return inventory.FormatShapefile // which says that it is no archive
		}
	}
	return ""
}

// commonOptions takes the parameters that every import has, and tells the faults of all.
func commonOptions(p *params, options *inventory.ImportOptions) error {
	options.DryRun = p.dryRun()
	options.Layer, _ = p.text("layer")
	options.CRS, _ = p.text("crs")
	options.Key, _ = p.text("key")
	options.Source, _ = p.text("source")
	options.Licence, _ = p.text("licence")
	var err error
	if options.Only, err = inventory.ReadOnly(p.repeated("only")); err != nil {
		p.fault("only", "%v", err)
	}
	return p.done()
}

func words[W ~string](all []W) []string {
	texts := make([]string, len(all))
	for i, w := range all {
		texts[i] = string(w)
	}
	return texts
}
