package api

import (
	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

const equipmentPath = "/api/v1/equipment"

// equipment serves models of catalogues. The comments inside describe its routes, for swag.
func (s *server) equipment() *resource[inventory.Equipment] {
	// @Summary     List models
	// @Description In the order of their identifiers, a page at a time. A comma in a filter means any of; filters are all to hold.
	// @Tags        equipment
	// @Produce     json
	// @Param       form query string false "Forms" example(varifocal,ptz)
	// @Param       status query string false "verified, unverified" example(verified)
	// @Param       import query string false "Identifiers of imports" example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
	// @Param       updatedFrom query string false "Changed at this moment (RFC 3339) or day, or later" example(2026-01-01)
	// @Param       updatedBefore query string false "Changed before this moment or day" example(2027-01-01)
	// @Param       limit query integer false "Most items of the page" default(100) minimum(1) maximum(1000)
	// @Param       cursor query string false "next of the page before"
	// @Success     200 {object} Page[inventory.Equipment]
	// @Header      200 {string} Link "The next page, rel=next (RFC 8288)"
	// @Failure     400,406,503 {object} Problem
	// @Router      /api/v1/equipment [get]

	// @Summary     Create a model
	// @Description An identifier is made when the body has none. provenance.updatedAt is set by the server.
	// @Tags        equipment
	// @Accept      json
	// @Produce     json
	// @Param       equipment body inventory.Equipment true "The model"
	// @Success     201 {object} inventory.Equipment
	// @Header      201 {string} Location "Address of the model"
	// @Header      201 {string} ETag "Strong tag of the model"
	// @Failure     400,413,415,422,503 {object} Problem
	// @Failure     409 {object} Problem "The identifier is taken"
	// @Router      /api/v1/equipment [post]

	// @Summary     Read a model
	// @Tags        equipment
	// @Produce     json
	// @Param       id path string true "Identifier of the model"
	// @Param       If-None-Match header string false "ETag already held"
	// @Success     200 {object} inventory.Equipment
	// @Header      200 {string} ETag "Strong tag of the model"
	// @Success     304 "Not changed"
	// @Failure     400,404,406,503 {object} Problem
	// @Router      /api/v1/equipment/{id} [get]

	// @Summary     Replace a model, or create it under this identifier
	// @Description Replacing needs If-Match with the ETag read last; creating needs If-None-Match: *.
	// @Tags        equipment
	// @Accept      json
	// @Produce     json
	// @Param       id path string true "Identifier of the model"
	// @Param       If-Match header string false "ETag of the state to replace"
	// @Param       If-None-Match header string false "* to create only"
	// @Param       equipment body inventory.Equipment true "The model"
	// @Success     200 {object} inventory.Equipment "Replaced"
	// @Success     201 {object} inventory.Equipment "Created"
	// @Header      200,201 {string} ETag "Strong tag of the model"
	// @Failure     400,404,413,415,422,503 {object} Problem
	// @Failure     412 {object} Problem "It changed since it was read, or it exists already"
	// @Failure     428 {object} Problem "Neither If-Match nor If-None-Match: * was sent"
	// @Router      /api/v1/equipment/{id} [put]

	// @Summary     Delete a model
	// @Tags        equipment
	// @Produce     json
	// @Param       id path string true "Identifier of the model"
	// @Param       If-Match header string true "ETag of the state to delete"
	// @Success     204 "Deleted"
	// @Failure     400,404,503 {object} Problem
	// @Failure     412 {object} Problem "It changed since it was read"
	// @Failure     428 {object} Problem "If-Match was not sent"
	// @Router      /api/v1/equipment/{id} [delete]

	return &resource[inventory.Equipment]{
		server: s,
		path:   equipmentPath,
		shelf:  s.config.Store.Equipment(),
		filters: filters{
			attrs: []inventory.Attr{inventory.AttrCategory, inventory.AttrStatus, inventory.AttrImport, inventory.AttrUpdated},
			names: map[inventory.Attr]string{inventory.AttrCategory: "form"},
		},
		id:         func(e *inventory.Equipment) *inventory.ID { return &e.ID },
		provenance: func(e *inventory.Equipment) *inventory.Provenance { return &e.Provenance },
	}
}

// importEquipment reads a catalogue.
//
//	@Summary		Import a catalogue of models
//	@Description	The body is a CSV, or a JSON array of models. A row whose figures contradict each other (a field of view
//	@Description	against focal length and sensor, a stated distance against the optics) is left out and listed with the
//	@Description	figures; what is doubtful is kept and told. The same file twice changes nothing.
//	@Tags			equipment
//	@Accept			json,text/csv
//	@Produce		json
//	@Param			file		body		string	true	"The file"
//	@Param			key			query		string	false	"Property that identifies a model in its catalogue"	example(reference)
//	@Param			only		query		[]string	false	"property=value of the rows to read, the others are left out; may be repeated"	collectionFormat(multi)	example(DELTA_SSCA=Collèges)
//	@Param			source		query		string	false	"Name of the file, for reports"						example(catalogue.csv)
//	@Param			licence		query		string	false	"Licence of the file, as its publisher writes it"
//	@Param			dryRun		query		boolean	false	"Read, check and report, and store nothing"			default(false)
//	@Success		200			{object}	inventory.ImportReport
//	@Failure		400,413,415,503	{object}	Problem
//	@Failure		422			{object}	Problem	"The file cannot be imported"
//	@Router			/api/v1/equipment/import [post]
func (s *server) importEquipment(c *gin.Context) error {
	return s.importFile(c, readParams(c), inventory.ImportOptions{Kind: inventory.KindEquipment})
}
