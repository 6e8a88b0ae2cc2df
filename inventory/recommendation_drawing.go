package inventory

// PlanDrawing is what a map of a plan shows, at one level, by day.
type PlanDrawing struct {
	// Level is the code of the level; SeenBefore and SeenAfter are the ground seen there, or better.
	Level      string        `json:"level"`
	SeenBefore Surface       `json:"seenBefore"`
	SeenAfter  Surface       `json:"seenAfter"`
	Existing   []DrawnCamera `json:"existing"`
	Areas      []DrawnArea   `json:"areas"`
}

// DrawnCamera is an existing camera on a map.
type DrawnCamera struct {
	Camera   ID     `json:"camera"`
	Name     string `json:"name,omitempty"`
	Location Point  `json:"location"`
	// Assumed tells whether its optics are supposed.
	Assumed bool `json:"assumed"`
}

// DrawnArea is an area of interest on a map; the rest of it is in [AreaGain].
type DrawnArea struct {
	ID       ID      `json:"id"`
	Geometry Surface `json:"geometry"`
}
