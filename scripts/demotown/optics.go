package demotown

import "vigie/inventory"

// lens is a class of head with the angles that data sheets of the class give, wide angles with their barrel
// distortion. No maker is meant. A zero is unknown.
type lens struct {
	model             string
	kind              inventory.HeadKind
	hfovDeg, vfovDeg  float64
	widthPx, heightPx int
	fps, minLux       float64
	infraredM         float64
}

// The classes of head in town: model, kind, fields of view in degrees, recorded pixels, images per second, least light
// in lux, reach of the infrared in metres.
var (
	wide2MP    = lens{"fixe 2 MP, 2,8 mm", inventory.HeadFixed, 106, 57, 1920, 1080, 12, 0.02, 30}
	narrow2MP  = lens{"fixe 2 MP, 6 mm", inventory.HeadFixed, 54, 30, 1920, 1080, 12, 0.02, 40}
	wide4MP    = lens{"fixe 4 MP, 4 mm", inventory.HeadFixed, 84, 45, 2560, 1440, 15, 0.01, 40}
	narrow4MP  = lens{"fixe 4 MP, 12 mm", inventory.HeadFixed, 30, 17, 2560, 1440, 15, 0.01, 60}
	wide8MP    = lens{"fixe 8 MP, 4 mm", inventory.HeadFixed, 87, 47, 3840, 2160, 12, 0.03, 40}
	narrow8MP  = lens{"fixe 8 MP, 12 mm", inventory.HeadFixed, 35, 20, 3840, 2160, 25, 0.03, 60}
	dome2MP    = lens{"dôme 2 MP, zoom × 30", inventory.HeadPTZ, 63.7, 37, 1920, 1080, 12, 0.005, 0}
	dome4MP    = lens{"dôme 4 MP, zoom × 32", inventory.HeadPTZ, 58.5, 34.5, 2560, 1440, 15, 0.005, 150}
	thermal    = lens{"thermique 640 × 512, 19 mm", inventory.HeadThermal, 32, 26, 640, 512, 12, 0, 0}
	multi4MP   = lens{"multicapteur 4 MP par voie", inventory.HeadFixed, 95, 52, 2560, 1440, 15, 0.02, 0}
	unknownPTZ = lens{model: "dôme ancien", kind: inventory.HeadPTZ}
)

// head is the class looking one way, tilted below the horizon.
func (l lens) head(id string, bearingDeg, tiltDeg float64) inventory.Head {
	h := inventory.Head{ID: id, Kind: l.kind, BearingDeg: &bearingDeg, TiltDeg: &tiltDeg}
	if l.hfovDeg > 0 {
		h.HFOVDeg, h.VFOVDeg, h.RecordedWidthPx, h.RecordedHeightPx = &l.hfovDeg, &l.vfovDeg, &l.widthPx, &l.heightPx
		h.RecordedFPS, h.Codec = &l.fps, "H.265"
	}
	if l.minLux > 0 {
		h.MinLux = &l.minLux
	}
	if l.infraredM > 0 {
		h.InfraredRangeM = &l.infraredM
	}
	if l.kind == inventory.HeadPTZ {
		h.PanRangeDeg = known(360.0)
	}
	return h
}

func known[T any](value T) *T { return &value }
