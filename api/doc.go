package api

// The head of the API description, for swag.
//
//	@title			Vigie
//	@version		1
//	@description	Cameras, who holds them, what they see. Positions are lon, lat in degrees (WGS 84); numbers carry
//	@description	their unit in their name. Errors are problem details (RFC 9457). See docs/api.md.
//	@license.name	Apache-2.0
//	@license.url	https://www.apache.org/licenses/LICENSE-2.0
//	@BasePath		/
//	@tag.name		cameras
//	@tag.description	Devices
//	@tag.name		deployments
//	@tag.description	Legal units (systèmes de vidéoprotection)
//	@tag.name		holders
//	@tag.description	Who holds cameras (détenteurs)
//	@tag.name		areas
//	@tag.description	Named surfaces (zones)
//	@tag.name		obstacles
//	@tag.description	Footprints of buildings
//	@tag.name		candidates
//	@tag.description	Where cameras could be put (emplacements possibles)
//	@tag.name		equipment
//	@tag.description	Models of catalogues (matériels)
//	@tag.name		assessments
//	@tag.description	Coverage studies (études de couverture)
//	@tag.name		recommendations
//	@tag.description	What to buy and where to put it (préconisations)
//	@tag.name		audits
//	@tag.description	What the rules say of a deployment, a holder, an area or a commune (contrôles)
//	@tag.name		conventions
//	@tag.description	What holders share with others
//	@tag.name		journal
//	@tag.description	Who wrote and read what
//	@tag.name		imports
//	@tag.description	Files that come in, and go out again
//	@tag.name		exports
//	@tag.description	Files of what there is
//	@tag.name		jobs
//	@tag.description	What is computed or read meanwhile
//	@tag.name		changes
//	@tag.description	What was written, in order, and those who are told of it
//	@tag.name		ogc
//	@tag.description	The same as OGC API – Features, for geographic information systems
//	@tag.name		tiles
//	@tag.description	The same as vector tiles, for maps
//	@tag.name		people
//	@tag.description	Who asks, and how people sign in
//	@tag.name		service
//	@tag.description	State and description of the service

// PointGeometry is a GeoJSON Point, in the API description.
type PointGeometry struct {
	Type string `json:"type" enums:"Point" example:"Point" binding:"required"`
	// Coordinates are lon, lat in degrees (WGS 84).
	Coordinates []float64 `json:"coordinates" example:"3.8767,43.6108" binding:"required"`
}

// SurfaceGeometry is a GeoJSON Polygon or MultiPolygon, in the API description.
type SurfaceGeometry struct {
	Type string `json:"type" enums:"Polygon,MultiPolygon" example:"Polygon" binding:"required"`
	// Coordinates are rings of lon, lat in degrees (WGS 84), one level deeper for a MultiPolygon.
	Coordinates []any `json:"coordinates" swaggertype:"array,object" binding:"required"`
}

// OutlineGeometry is a GeoJSON Point, LineString, MultiLineString, Polygon or MultiPolygon, in the API description.
type OutlineGeometry struct {
	Type string `json:"type" enums:"Point,LineString,MultiLineString,Polygon,MultiPolygon" example:"Point" binding:"required"`
	// Coordinates are lon, lat in degrees (WGS 84), or lists of them, as deep as the type has it.
	Coordinates []any `json:"coordinates" swaggertype:"array,object" binding:"required"`
}
