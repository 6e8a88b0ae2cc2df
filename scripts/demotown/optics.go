package demotown

import "vigie/inventory"

// lens is a class of head with the angles that data sheets of the class give, wide angles with their barrel
// distortion. No maker is meant.
type lens struct {
	model             string
	kind              inventory.HeadKind
	hfovDeg, vfovDeg  float64
	widthPx, heightPx int
	fps               float64
	minLux            float64
	infraredM         float64
}

// The classes of head in town.
var (
	wide2MP    = lens{model: "fixe 2 MP, 2,8 mm", kind: inventory.HeadFixed, hfovDeg: 106, vfovDeg: 57, widthPx: 1920, heightPx: 1080, fps: 12, minLux: 0.02, infraredM: 30}
	narrow2MP  = lens{model: "fixe 2 MP, 6 mm", kind: inventory.HeadFixed, hfovDeg: 54, vfovDeg: 30, widthPx: 1920, heightPx: 1080, fps: 12, minLux: 0.02, infraredM: 40}
	wide4MP    = lens{model: "fixe 4 MP, 4 mm", kind: inventory.HeadFixed, hfovDeg: 84, vfovDeg: 45, widthPx: 2560, heightPx: 1440, fps: 15, minLux: 0.01, infraredM: 40}
	narrow4MP  = lens{model: "fixe 4 MP, 12 mm", kind: inventory.HeadFixed, hfovDeg: 30, vfovDeg: 17, widthPx: 2560, heightPx: 1440, fps: 15, minLux: 0.01, infraredM: 60}
	wide8MP    = lens{model: "fixe 8 MP, 4 mm", kind: inventory.HeadFixed, hfovDeg: 87, vfovDeg: 47, widthPx: 3840, heightPx: 2160, fps: 12, minLux: 0.03, infraredM: 40}
	narrow8MP  = lens{model: "fixe 8 MP, 12 mm", kind: inventory.HeadFixed, hfovDeg: 35, vfovDeg: 20, widthPx: 3840, heightPx: 2160, fps: 25, minLux: 0.03, infraredM: 60}
	dome2MP    = lens{model: "dôme 2 MP, zoom × 30", kind: inventory.HeadPTZ, hfovDeg: 63.7, vfovDeg: 37, widthPx: 1920, heightPx: 1080, fps: 12, minLux: 0.005}
	dome4MP    = lens{model: "dôme 4 MP, zoom × 32", kind: inventory.HeadPTZ, hfovDeg: 58.5, vfovDeg: 34.5, widthPx: 2560, heightPx: 1440, fps: 15, minLux: 0.005, infraredM: 150}
	thermal    = lens{model: "thermique 640 × 512, 19 mm", kind: inventory.HeadThermal, hfovDeg: 32, vfovDeg: 26, widthPx: 640, heightPx: 512, fps: 12}
	multi4MP   = lens{model: "multicapteur 4 × 4 MP", kind: inventory.HeadFixed, hfovDeg: 95, vfovDeg: 52, widthPx: 2560, heightPx: 1440, fps: 15, minLux: 0.02}
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
