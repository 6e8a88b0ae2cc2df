package inventory

// Explanation tells what each camera near a place sees of it, and why it does not.
type Explanation struct {
	// At is the place, lon, lat.
	At Point `json:"at"`
	// Scale is the level scale of the study, InputHash the SHA-256 of what was read for this explanation, and Unchanged
	// tells that the study it belongs to read the same.
	Scale     string `json:"scale"`
	InputHash string `json:"inputHash"`
	Unchanged bool   `json:"unchanged"`
	// Views are the nearest head first; a head that moves has a permanent view and a reachable one.
	Views []ViewExplanation `json:"views"`
}

// ViewExplanation is what one view of a head sees of a place.
type ViewExplanation struct {
	Camera ID `json:"camera"`
	// Name is its name, or the holder's own reference.
	Name string `json:"name,omitempty"`
	// Head is the identifier of the head in its camera.
	Head string `json:"head"`
	// View is permanent or reachable.
	View string `json:"view"`
	// DistanceM is the distance on the ground, metres; BearingDeg the direction of the place from the camera, degrees
	// clockwise from geographic north.
	DistanceM  float64 `json:"distanceM"`
	BearingDeg float64 `json:"bearingDeg"`
	// DensityPxM is the pixel density at the place, px/m, were it in the picture.
	DensityPxM float64 `json:"densityPxM"`
	// OffAxisDeg is the angle between the place and the axis, HalfApertureDeg the angle up to which the view sees.
	OffAxisDeg      float64 `json:"offAxisDeg"`
	HalfApertureDeg float64 `json:"halfApertureDeg"`
	// HiddenBy is the obstacle that hides the place or covers it, HiddenAtM how far from the camera, metres.
	HiddenBy  ID      `json:"hiddenBy,omitempty"`
	HiddenAtM float64 `json:"hiddenAtM,omitempty"`
	// Levels are in the order of increasing density.
	Levels []LevelExplanation `json:"levels"`
}

// LevelExplanation tells whether a view sees a place at a level, by day and by night, and all reasons why it does not.
type LevelExplanation struct {
	Level       string   `json:"level"`
	Name        Text     `json:"name"`
	SeenByDay   bool     `json:"seenByDay"`
	SeenByNight bool     `json:"seenByNight"`
	ByDay       []Reason `json:"byDay"`
	ByNight     []Reason `json:"byNight"`
}

// Reason is why a place is not seen.
type Reason struct {
	Code string `json:"code"`
	Text Text   `json:"text"`
}
