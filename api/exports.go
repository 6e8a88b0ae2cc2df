package api

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"vigie/geo"
	"vigie/inventory"
)

const exportsPath = "/api/v1/exports"

const (
	kindHolders     = "holders"
	kindDeployments = "deployments"
	// formatRecords is the form of kinds whose records are no rows: a JSON array.
	formatRecords inventory.Format = "json"
)

func (s *server) exportRoutes(r routes) {
	r.get(exportsPath, need{action: inventory.Read, kindOf: exportedKind}, s.export)
}

// exportedKinds are the kinds that are exported.
func exportedKinds() []string {
	return append(words(inventory.Kinds()), kindHolders, kindDeployments)
}

// exportedKind is the kind that a request for an export names, cameras when it names none.
func exportedKind(c *gin.Context) (string, error) { return kindIn(c, exportedKinds()) }

// kindIn is the kind that the query of a request names, cameras when it names none.
func kindIn(c *gin.Context, among []string) (string, error) {
	given := readParams(c).values["kind"]
	switch {
	case len(given) == 0:
		return string(inventory.KindCameras), nil
	case len(given) == 1 && slices.Contains(among, given[0]):
		return given[0], nil
	}
	var p params
	p.fault("kind", "%q is not one of %s", strings.Join(given, ","), strings.Join(among, ", "))
	return "", refuseFaults(p.faults)
}

// exportFilters are the parameters by which the records of a kind are chosen: those of its list.
func (s *server) exportFilters(kind string) filters {
	switch kind {
	case string(inventory.KindAreas):
		return s.areas().filters
	case string(inventory.KindObstacles):
		return s.obstacles().filters
	case string(inventory.KindCandidates):
		return s.candidates().filters
	case string(inventory.KindEquipment):
		return s.equipment().filters
	case kindHolders:
		return s.holders().filters
	case kindDeployments:
		return s.deployments().filters
	}
	return s.cameras().filters
}

// systemName takes the code of a coordinate system; empty when absent.
func (p *params) systemName(name string) string {
	text, ok := p.text(name)
	if _, known := geo.FindCRS(text); ok && !known {
		p.fault(name, "%q is not a coordinate system that Vigie knows", text)
	}
	return text
}

// exportOrder is what a request for an export asks for.
type exportOrder struct {
	kind    string
	options inventory.ExportOptions
}

func (s *server) readExport(c *gin.Context) (order exportOrder, err error) {
	if order.kind, err = exportedKind(c); err != nil {
		return order, err
	}
	p := readParams(c)
	p.text("kind")
	formats := []inventory.Format{inventory.FormatGeoJSON, inventory.FormatCSV}
	if order.kind == kindHolders || order.kind == kindDeployments {
		formats = []inventory.Format{formatRecords}
	}
	order.options = inventory.ExportOptions{
		Kind: inventory.Kind(order.kind), Format: inventory.Format(p.word("format", words(formats))), Query: s.exportFilters(order.kind).query(p),
	}
	if order.options.Format == "" {
		order.options.Format = formats[0]
	}
	if formats[0] != formatRecords {
		order.options.CRS = p.systemName("crs")
	}
	return order, p.done()
}

// export writes the records of a kind as a file.
//
//	@Summary		Export records as a file
//	@Description	All records of a kind that the filters keep, in the order of their identifiers, as they are read: what
//	@Description	the caller does not see exactly is not in it, nor are secret fields that the caller may not see. The
//	@Description	file is written while the inventory is read, and holds no page: a file that is cut off by a fault ends
//	@Description	with a broken connection. Imported again it changes nothing. Holders and deployments are a JSON array. The
//	@Description	filters are those of the list of the kind; a parameter of another kind's list is refused.
//	@Tags			exports
//	@Produce		application/geo+json,text/csv,json
//	@Param			kind			query		string	false	"Kind of the records"	Enums(cameras, areas, obstacles, candidates, equipment, holders, deployments)	default(cameras)
//	@Param			format			query		string	false	"Format of the file; geojson when absent, json for holders and deployments"	Enums(geojson, csv, json)
//	@Param			crs				query		string	false	"Coordinate system to write, WGS 84 (lon, lat) when absent; not of holders and deployments"	example(EPSG:2154)
//	@Param			bbox			query		string	false	"minLon,minLat,maxLon,maxLat in degrees (WGS 84), borders included"	example(3.8,43.6,3.9,43.7)
//	@Param			holder			query		string	false	"Identifiers of holders"						example(mairie)
//	@Param			deployment		query		string	false	"Identifiers of deployments"					example(voie-publique)
//	@Param			category		query		string	false	"Categories"									example(fixed)
//	@Param			status			query		string	false	"States"										example(in_service,installed)
//	@Param			set				query		string	false	"Sets, of candidates"							example(street-lights)
//	@Param			form			query		string	false	"Forms, of candidates and equipment"			example(point)
//	@Param			commune			query		string	false	"INSEE codes of communes"						example(34172)
//	@Param			department		query		string	false	"INSEE codes of départements"					example(34)
//	@Param			import			query		string	false	"Identifiers of imports"						example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
//	@Param			updatedFrom		query		string	false	"Changed at this moment (RFC 3339) or day, or later"	example(2026-01-01)
//	@Param			updatedBefore	query		string	false	"Changed before this moment or day"				example(2027-01-01)
//	@Success		200				{file}		file
//	@Header			200				{string}	Content-Disposition	"The name of the file, made of its kind and the day"
//	@Failure		400,401,403,428,429,503	{object}	Problem
//	@Router			/api/v1/exports [get]
func (s *server) export(c *gin.Context) error {
	order, err := s.readExport(c)
	if err != nil {
		return err
	}
	_, leave, err := s.turns.enter(c.Request.Context())
	if err != nil {
		return err
	}
	defer leave()
	order.announce(c, s.today())
	if c.Request.Method == http.MethodHead {
		c.Status(http.StatusOK)
		c.Writer.WriteHeaderNow()
		return nil
	}
	err = s.writeExport(c, order)
	if err == nil || !c.Writer.Written() {
		if err != nil {
			c.Writer.Header().Del("Content-Disposition")
		}
		return importError(err)
	}
	s.log.ErrorContext(c.Request.Context(), "an export was cut off",
		slog.String("requestId", requestID(c)), slog.String("path", exportsPath), slog.Any("error", err))
	panic(http.ErrAbortHandler) // or the client would take what it has for the whole
}

// announce says what the answer is. The name of the file has no word of the client's in it.
func (o exportOrder) announce(c *gin.Context, day inventory.Date) {
	mediaType, extension := geoJSONType, string(o.options.Format)
	if o.options.Format == inventory.FormatCSV {
		mediaType = csvType + "; charset=utf-8"
	} else if o.options.Format == formatRecords {
		mediaType = jsonType
	}
	c.Header("Content-Type", mediaType)
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="vigie-%s-%s.%s"`, o.kind, day, extension))
}

// exportBuffer is what is gathered before it is sent, bytes.
const exportBuffer = 64 << 10

func (s *server) writeExport(c *gin.Context, order exportOrder) error {
	ctx, store := c.Request.Context(), s.config.Store
	out := bufio.NewWriterSize(io.Writer(c.Writer), exportBuffer)
	var err error
	switch order.kind {
	case kindHolders:
		err = inventory.ExportRecords(ctx, store.Holders(), out, order.options.Query)
	case kindDeployments:
		err = inventory.ExportRecords(ctx, store.Deployments(), out, order.options.Query)
	default:
		err = inventory.Export(ctx, store, out, order.options)
	}
	if err != nil {
		return err
	}
	return out.Flush()
}
