package inventory

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// Regime is the body of law a deployment falls under.
type Regime string

// The regimes.
const (
	RegimePublicWay Regime = "csi_public_way" // cameras on the public way, CSI L251-2
	RegimeOpenPlace Regime = "csi_open_place" // places open to the public, CSI L251-2
	RegimeGDPROnly  Regime = "gdpr_only"      // places not open to the public
	RegimeMobile    Regime = "mobile"         // body-worn, on-board, aircraft, CSI L241-1 ff.
)

// Regimes are all regimes.
func Regimes() []Regime {
	return []Regime{RegimePublicWay, RegimeOpenPlace, RegimeGDPROnly, RegimeMobile}
}

// Deployment (système de vidéoprotection) is the legal unit: one holder, one authorisation, its cameras and its file.
type Deployment struct {
	ID     ID     `json:"id"`
	Holder ID     `json:"holder"`
	Name   string `json:"name"`
	Regime Regime `json:"regime,omitempty"`
	// Commune and Department are INSEE codes; Department is taken from Commune when empty.
	Commune       string        `json:"commune,omitempty"`
	Department    string        `json:"department,omitempty"`
	Authorisation Authorisation `json:"authorisation,omitzero"`
	// Pieces tells which pieces of the file are there; a piece that is not named is unknown.
	Pieces map[Piece]bool `json:"pieces,omitempty"`
	// CameraCount is how many cameras it has as its holder declares; the cameras of the inventory are counted when nil.
	CameraCount *int `json:"cameraCount,omitempty"`
	// PooledCameraCount is how many cameras share the common site where images are recorded or viewed, those of other
	// places included: they count together (arrêté of 3 August 2007, annex 1 §3).
	PooledCameraCount *int `json:"pooledCameraCount,omitempty"`
	// RetentionDays is how long recordings are really kept, in days.
	RetentionDays *int `json:"retentionDays,omitempty"`
	// AutomaticErasure tells whether recordings are erased by themselves at the end (CSI R253-4).
	AutomaticErasure *bool `json:"automaticErasure,omitempty"`
	// Audio tells whether sound is recorded, which is forbidden (CSI R253-1).
	Audio *bool `json:"audio,omitempty"`
	// CentralStorage tells whether images come to one common site (arrêté of 3 August 2007, annex 1 §3).
	CentralStorage *bool `json:"centralStorage,omitempty"`
	// VMS and Recorder name the software and the machine that record.
	VMS      string `json:"vms,omitempty"`
	Recorder string `json:"recorder,omitempty"`
	// Network describes how cameras reach the recorder, as "fibre", "copper", "radio".
	Network      string       `json:"network,omitempty"`
	Recording    Recording    `json:"recording,omitzero"`
	Operation    Operation    `json:"operation,omitzero"`
	Site         Site         `json:"site,omitzero"`
	Link         Link         `json:"link,omitzero"`
	Security     Security     `json:"security,omitzero"`
	Analytics    Analytics    `json:"analytics,omitzero"`
	PlateReading PlateReading `json:"plateReading,omitzero"`
	Mobile       Mobile       `json:"mobile,omitzero"`
	Provenance   Provenance   `json:"provenance,omitzero"`
	// Sealed holds the secret fields, encrypted (see [Seal]); of a record read without their key, that key's identifier.
	// Clients leave it as they read it.
	Sealed string `json:"sealed,omitempty"`
}

// Key is the deployment's identifier.
func (d Deployment) Key() ID { return d.ID }

// Shape is the authorised perimeter when there is one.
func (d Deployment) Shape() orb.Geometry {
	if len(d.Authorisation.Perimeter) == 0 {
		return nil
	}
	return orb.MultiPolygon(d.Authorisation.Perimeter)
}

// Attributes are the holder, the regime (as category), the status of the authorisation, the places, the import.
func (d Deployment) Attributes() Attributes {
	a := Attributes{}
	a.set(AttrHolder, string(d.Holder))
	a.set(AttrCategory, string(d.Regime))
	a.set(AttrStatus, string(d.Authorisation.Status))
	a.place(d.Commune, d.Department)
	a.provenance(d.Provenance)
	return a
}

// Validate returns nil or an *InvalidError with every fault.
func (d Deployment) Validate() error {
	var f faults
	f.id("id", d.ID)
	f.id("holder", d.Holder)
	if d.Name == "" {
		f.add("name", "is missing")
	}
	oneOf(&f, "regime", d.Regime, Regimes()...)
	f.places(d.Commune, d.Department)
	for piece := range d.Pieces {
		if !slices.Contains(Pieces(), piece) {
			f.add("pieces."+string(piece), "is not a piece of CSI R252-3")
		}
	}
	f.days("retentionDays", d.RetentionDays)
	f.count("cameraCount", d.CameraCount)
	f.count("pooledCameraCount", d.PooledCameraCount)
	d.Recording.check(&f)
	d.Operation.check(&f)
	d.Link.check(&f)
	f.within("security.tlsVersion", d.Security.TLSVersion, 1, 2, "")
	eachOf(&f, "analytics.events", d.Analytics.Events, AnalyticsEvents())
	f.days("plateReading.noHitRetentionDays", d.PlateReading.NoHitRetentionDays)
	f.days("plateReading.hitRetentionDays", d.PlateReading.HitRetentionDays)
	d.Authorisation.check(&f)
	slices.SortFunc(f, func(a, b Fault) int { return strings.Compare(a.Field, b.Field) })
	return f.err("deployment", d.ID)
}

func (f *faults) days(field string, value *int) {
	if value != nil && (*value < 0 || *value > 36_500) {
		f.add(field, "%d is not a number of days", *value)
	}
}

func (f *faults) count(field string, value *int) {
	if value != nil && *value < 0 {
		f.add(field, "must not be negative")
	}
}
