package inventory

import "github.com/paulmach/orb"

// Purpose is the code of a lawful purpose (P01–P11 for CSI L251-2 1° to 11°; E01 and T01 for its last paragraphs; A01 and A02 for CSI L223-1).
type Purpose string

// Purposes are all codes of lawful purposes.
func Purposes() []Purpose {
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

// Pieces are all pieces of the file.
func Pieces() []Piece {
	return []Piece{
		"report", "report_detailed", "masse", "detail", "perimeter_plan", "transmission", "security", "public_info",
		"retention_justif", "maintainer", "access_rights", "conformity", "cnil", "installer_cert", "mayor_letter", "dpia",
	}
}

// AuthorisationStatuses are all states of an authorisation.
func AuthorisationStatuses() []AuthorisationStatus {
	return []AuthorisationStatus{
		AuthorisationNone, AuthorisationRequested, AuthorisationGranted, AuthorisationRefused, AuthorisationWithdrawn,
	}
}

// ProvisionalGround is why an authorisation was granted without prior opinion.
type ProvisionalGround string

// ProvisionalGrounds are both: a large gathering (CSI L252-6), a place exposed to terrorist acts (CSI L223-4).
func ProvisionalGrounds() []ProvisionalGround { return []ProvisionalGround{"gathering", "terrorism"} }

// Viewer is who may view the images under an authorisation (CSI R253-3): police, gendarmerie, customs, fire service,
// municipal police; the agents of CSI L531-1, L532-1 and L533-1; agents approved under CSI L132-14-1; those of another
// public authority; the holder's own; private operators (CSI L613-13).
type Viewer string

// Viewers are all of them.
func Viewers() []Viewer {
	return []Viewer{
		"police", "gendarmerie", "customs", "fire", "municipal_police", "l531", "l532", "l533", "approved_agents",
		"public_agents", "holder_agents", "private_operators",
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
	// ProvisionalGround is why, empty when unknown.
	ProvisionalGround ProvisionalGround `json:"provisionalGround,omitempty"`
	// EventEndsOn is the end of the gathering that a provisional authorisation is for.
	EventEndsOn Date      `json:"eventEndsOn,omitempty"`
	Purposes    []Purpose `json:"purposes,omitempty"`
	MaxCameras  *int      `json:"maxCameras,omitempty"`
	// RetentionDaysMax and RetentionDaysMin are the authorised retention, in days (at most one month, CSI L252-5).
	RetentionDaysMax *int `json:"retentionDaysMax,omitempty"`
	RetentionDaysMin *int `json:"retentionDaysMin,omitempty"`
	// Recipients are the services that may receive images (CSI L252-3).
	Recipients []string `json:"recipients,omitempty"`
	// Viewers are those who may view the images, see [Viewer].
	Viewers []Viewer `json:"viewers,omitempty"`
	// HasPerimeter tells whether there is a protected perimeter; true when Perimeter is given.
	HasPerimeter *bool `json:"hasPerimeter,omitempty"`
	// Perimeter is the protected perimeter (périmètre vidéoprotégé, CSI R252-3), lon, lat.
	Perimeter             Surface `json:"perimeter,omitempty"`
	CommissioningNoticeOn Date    `json:"commissioningNoticeOn,omitempty"` // CSI R252-17
	// PositionsNotified tells whether the prefect was told of each position inside the perimeter before a camera was
	// installed there or moved (CSI R252-17).
	PositionsNotified *bool `json:"positionsNotified,omitempty"`
	// RenewalFiledOn is the day the renewal was applied for; RenewalFiled whether it was, true when the day is given.
	RenewalFiledOn         Date   `json:"renewalFiledOn,omitempty"`
	RenewalFiled           *bool  `json:"renewalFiled,omitempty"`
	PublicationRef         string `json:"publicationRef,omitempty"` // recueil des actes administratifs, CSI R252-16
	CertifiedInstaller     *bool  `json:"certifiedInstaller,omitempty"`
	ConformityProofPresent *bool  `json:"conformityProofPresent,omitempty"`
}

func (a Authorisation) check(f *faults) {
	oneOf(f, "authorisation.status", a.Status, AuthorisationStatuses()...)
	oneOf(f, "authorisation.provisionalGround", a.ProvisionalGround, ProvisionalGrounds()...)
	f.date("authorisation.grantedOn", a.GrantedOn)
	f.date("authorisation.expiresOn", a.ExpiresOn)
	f.date("authorisation.eventEndsOn", a.EventEndsOn)
	f.date("authorisation.commissioningNoticeOn", a.CommissioningNoticeOn)
	f.date("authorisation.renewalFiledOn", a.RenewalFiledOn)
	if a.GrantedOn.Valid() && a.ExpiresOn.Valid() && a.ExpiresOn < a.GrantedOn {
		f.add("authorisation.expiresOn", "is before grantedOn")
	}
	eachOf(f, "authorisation.purposes", a.Purposes, Purposes())
	eachOf(f, "authorisation.viewers", a.Viewers, Viewers())
	f.count("authorisation.maxCameras", a.MaxCameras)
	f.days("authorisation.retentionDaysMax", a.RetentionDaysMax)
	f.days("authorisation.retentionDaysMin", a.RetentionDaysMin)
	if len(a.Perimeter) > 0 {
		f.geometry("authorisation.perimeter", orb.MultiPolygon(a.Perimeter))
	}
}
