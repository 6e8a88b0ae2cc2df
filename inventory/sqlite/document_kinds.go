package sqlite

import (
	"encoding/json"
	"fmt"

	"vigie/inventory"
)

// decode reads a document into a record that is empty.
func decode[T inventory.Record](doc string, record *T) error {
	return decodeBy(new(document), doc, record)
}

// decodeAll reads documents into as many records, which are empty.
func decodeAll[T inventory.Record](docs []string, records []T) error {
	reader := new(document)
	for i, doc := range docs {
		if err := decodeBy(reader, doc, &records[i]); err != nil {
			return err
		}
	}
	return nil
}

func decodeBy[T inventory.Record](reader *document, doc string, record *T) error {
	if reader.quickly(doc, record) {
		return nil
	}
	*record = *new(T)
	if err := json.Unmarshal([]byte(doc), record); err != nil {
		return fmt.Errorf("read the stored JSON: %w", err)
	}
	return nil
}

// quickly reads the document of a record, which is empty, or gives up. The kinds of which there are many are known here;
// each field stands in the order of its struct, and a test fails when one is forgotten.
func (d *document) quickly(doc string, record any) bool {
	d.begin(doc)
	switch r := record.(type) {
	case *inventory.Holder:
		d.holder(r)
	case *inventory.Camera:
		d.camera(r)
	case *inventory.Area:
		d.area(r)
	case *inventory.Obstacle:
		d.obstacle(r)
	default:
		return false
	}
	return d.whole()
}

func (d *document) holder(h *inventory.Holder) {
	d.open()
	d.key(&h.ID)
	words(d, "name", &h.Name)
	words(d, "kind", &h.Kind)
	words(d, "type", &h.Type)
	words(d, "siren", &h.Siren)
	words(d, "commune", &h.Commune)
	words(d, "department", &h.Department)
	words(d, "contact", &h.Contact)
	d.count("municipalPolicePosts", &h.MunicipalPolicePosts)
	d.flag("coordinationAgreement", &h.CoordinationAgreement)
	words(d, "cnilUndertakingOn", &h.CNILUndertakingOn)
	d.flag("cnilUndertakingSent", &h.CNILUndertakingSent)
	words(d, "dpiaOn", &h.DPIAOn)
	d.flag("dpiaDone", &h.DPIADone)
	d.flag("intercommunal", &h.Intercommunal)
	if d.field("provenance") {
		d.provenance(&h.Provenance)
	}
	d.close()
}

func (d *document) camera(c *inventory.Camera) {
	d.open()
	d.key(&c.ID)
	words(d, "holder", &c.Holder)
	words(d, "deployment", &c.Deployment)
	words(d, "externalId", &c.ExternalID)
	words(d, "name", &c.Name)
	words(d, "address", &c.Address)
	words(d, "category", &c.Category)
	words(d, "status", &c.Status)
	d.point("location", &c.Location)
	d.number("positionToleranceM", &c.PositionToleranceM)
	words(d, "unit", &c.Unit)
	words(d, "commune", &c.Commune)
	words(d, "department", &c.Department)
	d.flag("filmsPublicWay", &c.FilmsPublicWay)
	if d.field("mounting") {
		d.mounting(&c.Mounting)
	}
	list(d, "heads", &c.Heads, (*document).head)
	if d.field("device") {
		d.device(&c.Device)
	}
	d.point("planLocation", &c.PlanLocation)
	d.flag("critical", &c.Critical)
	d.flag("localRecording", &c.LocalRecording)
	d.number("uptimePct", &c.UptimePct)
	words(d, "inServiceSince", &c.InServiceSince)
	words(d, "maintainedOn", &c.MaintainedOn)
	words(d, "cleanedOn", &c.CleanedOn)
	words(d, "retiredOn", &c.RetiredOn)
	if d.field("provenance") {
		d.provenance(&c.Provenance)
	}
	d.extra("extra", &c.Extra)
	words(d, "sealed", &c.Sealed)
	d.close()
}

func (d *document) head(h *inventory.Head) {
	d.open()
	words(d, "id", &h.ID)
	words(d, "kind", &h.Kind)
	d.number("bearingDeg", &h.BearingDeg)
	d.number("bearingToleranceDeg", &h.BearingToleranceDeg)
	d.number("tiltDeg", &h.TiltDeg)
	d.number("hfovDeg", &h.HFOVDeg)
	d.number("vfovDeg", &h.VFOVDeg)
	d.number("panRangeDeg", &h.PanRangeDeg)
	d.number("sensorWidthMm", &h.SensorWidthMM)
	d.number("sensorHeightMm", &h.SensorHeightMM)
	d.number("focalMm", &h.FocalMM)
	d.count("recordedWidthPx", &h.RecordedWidthPx)
	d.count("recordedHeightPx", &h.RecordedHeightPx)
	d.number("recordedFps", &h.RecordedFPS)
	words(d, "codec", &h.Codec)
	d.number("bitrateMbps", &h.BitrateMbps)
	words(d, "shot", &h.Shot)
	list(d, "purposes", &h.Purposes, word)
	words(d, "objective", &h.Objective)
	d.flag("objectiveStated", &h.ObjectiveStated)
	list(d, "aims", &h.Aims, word)
	d.flag("movingPeople", &h.MovingPeople)
	d.flag("interpolated", &h.Interpolated)
	d.count("faceWidthPx", &h.FaceWidthPx)
	d.count("faceHeightPx", &h.FaceHeightPx)
	d.number("targetDistanceM", &h.TargetDistanceM)
	d.number("requiredDensityPxM", &h.RequiredDensityPxM)
	d.flag("nightUse", &h.NightUse)
	d.number("sceneLuxNight", &h.SceneLuxNight)
	d.number("verticalLuxNight", &h.VerticalLuxNight)
	d.number("minLux", &h.MinLux)
	d.number("infraredRangeM", &h.InfraredRangeM)
	d.flag("nearReflection", &h.NearReflection)
	d.flag("webFound", &h.WebFound)
	d.flag("backlight", &h.Backlight)
	d.number("wdrDb", &h.WDRDB)
	d.number("shutterS", &h.ShutterS)
	d.number("vehicleSpeedKmh", &h.VehicleSpeedKMH)
	d.number("captureZoneM", &h.CaptureZoneM)
	d.count("plateWidthPx", &h.PlateWidthPx)
	d.number("plateVerticalDeg", &h.PlateVerticalDeg)
	d.number("plateHorizontalDeg", &h.PlateHorizontalDeg)
	d.number("planBearingDeg", &h.PlanBearingDeg)
	d.flag("dwellingInView", &h.DwellingInView)
	d.flag("dwellingEntranceTargeted", &h.DwellingEntranceTargeted)
	d.flag("privacyMask", &h.PrivacyMask)
	d.flag("maskFollows", &h.MaskFollows)
	list(d, "masks", &h.Masks, (*document).mask)
	d.close()
}

func (d *document) mask(m *inventory.Mask) {
	d.open()
	d.exact("fromDeg", &m.FromDeg)
	d.exact("toDeg", &m.ToDeg)
	d.close()
}

func (d *document) mounting(m *inventory.Mounting) {
	d.open()
	words(d, "support", &m.Support)
	d.number("heightM", &m.HeightM)
	d.number("heightToleranceM", &m.HeightToleranceM)
	words(d, "mast", &m.Mast)
	d.flag("outdoor", &m.Outdoor)
	d.flag("reachable", &m.Reachable)
	d.flag("heightJustified", &m.HeightJustified)
	d.flag("exposed", &m.Exposed)
	d.flag("inSun", &m.InSun)
	d.number("siteMinTemperatureC", &m.SiteMinTemperatureC)
	d.number("siteMaxTemperatureC", &m.SiteMaxTemperatureC)
	words(d, "cable", &m.Cable)
	words(d, "powerSource", &m.PowerSource)
	d.flag("surgeProtected", &m.SurgeProtected)
	d.flag("poweredByDay", &m.PoweredByDay)
	d.number("distanceToOwnBuildingM", &m.DistanceToOwnBuildingM)
	d.close()
}

func (d *document) device(v *inventory.Device) {
	d.open()
	words(d, "manufacturer", &v.Manufacturer)
	words(d, "model", &v.Model)
	words(d, "serial", &v.Serial)
	words(d, "ingressRating", &v.IngressRating)
	words(d, "impactRating", &v.ImpactRating)
	d.number("minTemperatureC", &v.MinTemperatureC)
	d.number("maxTemperatureC", &v.MaxTemperatureC)
	d.number("powerW", &v.PowerW)
	words(d, "poeType", &v.PoEType)
	words(d, "firmwareOn", &v.FirmwareOn)
	d.flag("firmwareLatest", &v.FirmwareLatest)
	d.flag("criticalFlawOpen", &v.CriticalFlawOpen)
	d.flag("endOfLifeAnnounced", &v.EndOfLifeAnnounced)
	words(d, "endOfLifeOn", &v.EndOfLifeOn)
	list(d, "onvifProfiles", &v.ONVIFProfiles, word)
	d.flag("wipeCertificate", &v.WipeCertificate)
	d.close()
}

func (d *document) area(a *inventory.Area) {
	d.open()
	d.key(&a.ID)
	words(d, "holder", &a.Holder)
	words(d, "category", &a.Category)
	words(d, "kind", &a.Kind)
	words(d, "name", &a.Name)
	words(d, "commune", &a.Commune)
	words(d, "department", &a.Department)
	d.surface("geometry", &a.Geometry)
	if d.field("requirement") {
		a.Requirement = new(inventory.Requirement)
		d.requirement(a.Requirement)
	}
	d.number("weight", &a.Weight)
	d.flag("critical", &a.Critical)
	d.flag("nightExtinction", &a.NightExtinction)
	if d.field("provenance") {
		d.provenance(&a.Provenance)
	}
	d.extra("extra", &a.Extra)
	d.close()
}

func (d *document) requirement(r *inventory.Requirement) {
	d.open()
	words(d, "level", &r.Level)
	d.exact("sharePct", &r.SharePct)
	words(d, "period", &r.Period)
	d.close()
}

func (d *document) obstacle(o *inventory.Obstacle) {
	d.open()
	d.key(&o.ID)
	words(d, "name", &o.Name)
	words(d, "commune", &o.Commune)
	words(d, "department", &o.Department)
	d.surface("geometry", &o.Geometry)
	d.number("heightM", &o.HeightM)
	d.number("positionToleranceM", &o.PositionToleranceM)
	d.flag("dwelling", &o.Dwelling)
	if d.field("provenance") {
		d.provenance(&o.Provenance)
	}
	d.extra("extra", &o.Extra)
	d.close()
}

func (d *document) provenance(p *inventory.Provenance) {
	d.open()
	words(d, "source", &p.Source)
	words(d, "licence", &p.Licence)
	words(d, "import", &p.Import)
	d.rank("row", &p.Row)
	list(d, "assumptions", &p.Assumptions, word)
	d.instant("updatedAt", &p.UpdatedAt)
	d.close()
}
