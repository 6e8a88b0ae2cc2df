package api

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// importAreas reads a file of areas.
//
//	@Summary		Import areas from a file
//	@Description	The body is the file, in any format that cameras may come in: polygons, or with around points and lines,
//	@Description	of which the ground within so many metres is an area; lines whose rows give their width, or their lanes, or
//	@Description	with width, are areas so wide. Rows with faults are left out and listed in the report; a fault of
//	@Description	the whole file is a problem, and nothing is stored. The same file twice changes nothing.
//	@Tags			areas
//	@Accept			application/geo+json,json,text/csv,application/zip,application/vnd.google-earth.kml+xml,application/vnd.google-earth.kmz
//	@Produce		json
//	@Param			file		body		string	true	"The file"
//	@Param			holder		query		string	false	"Identifier of who declares the areas"				example(mairie)
//	@Param			category	query		string	false	"Category of the areas, priority_place when absent"	example(priority_place)
//	@Param			around		query		number	false	"Make areas of points and lines: metres around them"	example(50)
//	@Param			width		query		number	false	"Make areas of lines, as streets: metres wide"		example(7)
//	@Param			require		query		string	false	"Requirement given to the areas, in the place of their own: a level and the percent of the ground to be seen, by day"	example(overview=50)
//	@Param			crs			query		string	false	"Coordinate system, when the file names none"			example(EPSG:2154)
//	@Param			key			query		string	false	"Property that identifies a record in its file"		example(ref)
//	@Param			layer		query		string	false	"Shapefile to read in an archive that has several"	example(schools)
//	@Param			only		query		[]string	false	"property=value of the rows to read, the others are left out; may be repeated"	collectionFormat(multi)	example(DELTA_SSCA=Collèges)
//	@Param			source		query		string	false	"Name of the file, for reports"						example(schools.zip)
//	@Param			licence		query		string	false	"Licence of the file, as its publisher writes it"		example(Licence Ouverte 2.0)
//	@Param			dryRun		query		boolean	false	"Read, check and report, and store nothing"			default(false)
//	@Success		200			{object}	inventory.ImportReport
//	@Failure		400,413,415,503	{object}	Problem
//	@Failure		422			{object}	Problem	"The file cannot be imported; candidates lists coordinate systems when one must be named"
//	@Router			/api/v1/areas/import [post]
func (s *server) importAreas(c *gin.Context) error {
	p := readParams(c)
	return s.importFile(c, p, inventory.ImportOptions{
		Kind:     inventory.KindAreas,
		Holder:   p.id("holder"),
		Category: inventory.AreaCategory(p.word("category", words(inventory.AreaCategories()))),
		AroundM:  p.metres("around"),
		WidthM:   p.metres("width"),

		Requirement: p.requirement("require"),
	})
}

// requirement takes what is required of areas, as overview=50; nil when absent.
func (p *params) requirement(name string) *inventory.Requirement {
	text, ok := p.text(name)
	if !ok {
		return nil
	}
	required, err := inventory.ReadRequirement(text)
	if err != nil {
		p.fault(name, "%v", err)
	}
	return required
}

// metres takes a number; 0 when absent. What it may be is for the import to say.
func (p *params) metres(name string) float64 {
	text, ok := p.text(name)
	if !ok {
		return 0
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		p.fault(name, "%q is not a number of metres", text)
	}
	return value
}

// importObstacles reads a file of obstacles.
//
//	@Summary		Import obstacles from a file
//	@Description	The body is the file, in any format that cameras may come in: footprints of buildings, with their heights
//	@Description	where it has them. Rows with faults are left out and listed in the report; a fault of the whole file is a
//	@Description	problem, and nothing is stored. The same file twice changes nothing.
//	@Tags			obstacles
//	@Accept			application/geo+json,json,text/csv,application/zip,application/vnd.google-earth.kml+xml,application/vnd.google-earth.kmz
//	@Produce		json
//	@Param			file		body		string	true	"The file"
//	@Param			crs			query		string	false	"Coordinate system, when the file names none"			example(EPSG:2154)
//	@Param			key			query		string	false	"Property that identifies a record in its file"		example(ref)
//	@Param			layer		query		string	false	"Shapefile to read in an archive that has several"	example(schools)
//	@Param			only		query		[]string	false	"property=value of the rows to read, the others are left out; may be repeated"	collectionFormat(multi)	example(DELTA_SSCA=Collèges)
//	@Param			source		query		string	false	"Name of the file, for reports"						example(schools.zip)
//	@Param			licence		query		string	false	"Licence of the file, as its publisher writes it"		example(Licence Ouverte 2.0)
//	@Param			dryRun		query		boolean	false	"Read, check and report, and store nothing"			default(false)
//	@Success		200			{object}	inventory.ImportReport
//	@Failure		400,413,415,503	{object}	Problem
//	@Failure		422			{object}	Problem	"The file cannot be imported; candidates lists coordinate systems when one must be named"
//	@Router			/api/v1/obstacles/import [post]
func (s *server) importObstacles(c *gin.Context) error {
	return s.importFile(c, readParams(c), inventory.ImportOptions{Kind: inventory.KindObstacles})
}

// importCandidates reads a file of candidates.
//
//	@Summary		Import candidates from a file
//	@Description	The body is the file, in any format that cameras may come in: points (supports, junctions), lines (streets)
//	@Description	or surfaces, which become one set. Rows with faults are left out and listed in the report; a fault of the
//	@Description	whole file is a problem, and nothing is stored. The same file twice changes nothing.
//	@Tags			candidates
//	@Accept			application/geo+json,json,text/csv,application/zip,application/vnd.google-earth.kml+xml,application/vnd.google-earth.kmz
//	@Produce		json
//	@Param			file		body		string	true	"The file"
//	@Param			set			query		string	true	"What the candidates are called together"				example(street-lights)
//	@Param			crs			query		string	false	"Coordinate system, when the file names none"			example(EPSG:2154)
//	@Param			key			query		string	false	"Property that identifies a candidate in its set"		example(ref)
//	@Param			layer		query		string	false	"Shapefile to read in an archive that has several"	example(lights)
//	@Param			only		query		[]string	false	"property=value of the rows to read, the others are left out; may be repeated"	collectionFormat(multi)	example(DELTA_SSCA=Collèges)
//	@Param			source		query		string	false	"Name of the file, for reports"						example(lights.zip)
//	@Param			licence		query		string	false	"Licence of the file, as its publisher writes it"		example(Licence Ouverte 2.0)
//	@Param			dryRun		query		boolean	false	"Read, check and report, and store nothing"			default(false)
//	@Success		200			{object}	inventory.ImportReport
//	@Failure		400,413,415,503	{object}	Problem
//	@Failure		422			{object}	Problem	"The file cannot be imported; candidates lists coordinate systems when one must be named"
//	@Router			/api/v1/candidates/import [post]
func (s *server) importCandidates(c *gin.Context) error {
	p := readParams(c)
	options := inventory.ImportOptions{Kind: inventory.KindCandidates, Set: inventory.ID(p.required("set"))}
	return s.importFile(c, p, options)
}
