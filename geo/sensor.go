package geo

// Sensor is what a head can resolve: pinhole optics over a flat ground. A nil number is unknown. Datasheet angles go
// before sensor size and focal length.
type Sensor struct {
	HFOVDeg, VFOVDeg *float64
	// WidthMM and HeightMM are the active surface of the sensor, FocalMM the focal length, millimetres.
	WidthMM, HeightMM, FocalMM *float64
	// RecordedWidthPx is the width of the recorded stream, not of the sensor, pixels.
	RecordedWidthPx *int
	// MountHeightM is the height of the lens above the ground, TargetHeightM that of what is looked at, metres.
	MountHeightM  *float64
	TargetHeightM float64
	// TiltDeg is the angle of the axis below the horizon, degrees.
	TiltDeg *float64
}
