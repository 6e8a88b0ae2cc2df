package inventory

import (
	"fmt"
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

// Purpose is the code of a lawful purpose (P01–P11 for CSI L251-2 1° to 11°; E01 and T01 for its last paragraphs; A01 and A02 for CSI L223-1).
type Purpose string

func purposes() []Purpose {
	return []Purpose{"P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08", "P09", "P10", "P11", "E01", "T01", "A01", "A02"}
}

// AuthorisationStatus is where an authorisation stands.
type AuthorisationStatus string

// The states of an authorisation.
const (
	AuthorisationNone      AuthorisationStatus = "none"
	AuthorisationRequested AuthorisationStatus = "requested"
	AuthorisationGranted   AuthorisationStatus = "granted"
	AuthorisationRefused   AuthorisationStatus = "refused"
	AuthorisationWithdrawn AuthorisationStatus = "withdrawn"
)

// Piece is a piece of the application file (dossier), CSI R252-3.
type Piece string

func pieces() []Piece {
	return []Piece{
		"report", "report_detailed", "masse", "detail", "perimeter_plan", "transmission", "security", "public_info",
		"retention_justif", "maintainer", "access_rights", "conformity", "cnil", "installer_cert", "mayor_letter", "dpia",
	}
}

// Authorisation is the prefect's decision (CSI L252-1).
type Authorisation struct {
	Number string              `json:"number,omitempty"`
	Status AuthorisationStatus `json:"status,omitempty"`
	// GrantedOn and ExpiresOn bound its five years (CSI L252-4).
	GrantedOn Date `json:"grantedOn,omitempty"`
	ExpiresOn Date `json:"expiresOn,omitempty"`
	// Provisional tells a four-month authorisation without prior opinion (CSI L252-6, L223-4).
	Provisional *bool `json:"provisional,omitempty"`
	// EventEndsOn is the end of the gathering that a provisional authorisation is for.
	EventEndsOn Date      `json:"eventEndsOn,omitempty"`
	Purposes    []Purpose `json:"purposes,omitempty"`
	MaxCameras  *int      `json:"maxCameras,omitempty"`
	// RetentionDaysMax and RetentionDaysMin are the authorised retention, in days (at most one month, CSI L252-5).
	RetentionDaysMax *int `json:"retentionDaysMax,omitempty"`
	RetentionDaysMin *int `json:"retentionDaysMin,omitempty"`
	// Recipients are the services that may receive images (CSI L252-3).
	Recipients []string `json:"recipients,omitempty"`
	// Perimeter is the protected perimeter (périmètre vidéoprotégé, CSI R252-3), lon, lat.
	Perimeter              Surface `json:"perimeter,omitempty"`
	CommissioningNoticeOn  Date    `json:"commissioningNoticeOn,omitempty"` // CSI R252-17
	RenewalFiledOn         Date    `json:"renewalFiledOn,omitempty"`
	PublicationRef         string  `json:"publicationRef,omitempty"` // recueil des actes administratifs, CSI R252-16
	CertifiedInstaller     *bool   `json:"certifiedInstaller,omitempty"`
	ConformityProofPresent *bool   `json:"conformityProofPresent,omitempty"`
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
	Network    string     `json:"network,omitempty"`
	Provenance Provenance `json:"provenance,omitzero"`
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
	oneOf(&f, "regime", d.Regime, RegimePublicWay, RegimeOpenPlace, RegimeGDPROnly, RegimeMobile)
	f.places(d.Commune, d.Department)
	for piece := range d.Pieces {
		if !slices.Contains(pieces(), piece) {
			f.add("pieces."+string(piece), "is not a piece of CSI R252-3")
		}
	}
	f.days("retentionDays", d.RetentionDays)
	d.Authorisation.check(&f)
	slices.SortFunc(f, func(a, b Fault) int { return strings.Compare(a.Field, b.Field) })
	return f.err("deployment", d.ID)
}

func (a Authorisation) check(f *faults) {
	oneOf(f, "authorisation.status", a.Status, AuthorisationNone, AuthorisationRequested, AuthorisationGranted,
		AuthorisationRefused, AuthorisationWithdrawn)
	f.date("authorisation.grantedOn", a.GrantedOn)
	f.date("authorisation.expiresOn", a.ExpiresOn)
	f.date("authorisation.eventEndsOn", a.EventEndsOn)
	f.date("authorisation.commissioningNoticeOn", a.CommissioningNoticeOn)
	f.date("authorisation.renewalFiledOn", a.RenewalFiledOn)
	if a.GrantedOn.Valid() && a.ExpiresOn.Valid() && a.ExpiresOn < a.GrantedOn {
		f.add("authorisation.expiresOn", "is before grantedOn")
	}
	for i, p := range a.Purposes {
		if !slices.Contains(purposes(), p) {
			f.add(fmt.Sprintf("authorisation.purposes[%d]", i), "%q is not a purpose code (P01–P11, E01, T01, A01, A02)", p)
		}
	}
	if a.MaxCameras != nil && *a.MaxCameras < 0 {
		f.add("authorisation.maxCameras", "must not be negative")
	}
	f.days("authorisation.retentionDaysMax", a.RetentionDaysMax)
	f.days("authorisation.retentionDaysMin", a.RetentionDaysMin)
	if len(a.Perimeter) > 0 {
		f.geometry("authorisation.perimeter", orb.MultiPolygon(a.Perimeter))
	}
}

func (f *faults) days(field string, value *int) {
	if value != nil && (*value < 0 || *value > 36_500) {
		f.add(field, "%d is not a number of days", *value)
	}
}
