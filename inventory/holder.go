package inventory

import "github.com/paulmach/orb"

// HolderKind says in whose name cameras are held, the three families that the delegate advises.
type HolderKind string

// The kinds of holder.
const (
	Ministry       HolderKind = "ministry"        // the State's own services
	LocalAuthority HolderKind = "local_authority" // communes, EPCI, départements, régions
	Private        HolderKind = "private"         // traders, companies, landlords
)

// HolderType is the finer legal quality on which the audit rules depend.
type HolderType string

// The types of holder.
const (
	PublicAuthority HolderType = "public_authority"
	Trader          HolderType = "trader"
	LegalPerson     HolderType = "legal_person"
	StateForce      HolderType = "state_force"
	Customs         HolderType = "customs"
	Fire            HolderType = "fire"
	Transport       HolderType = "transport"
)

// HolderTypes are all types of holder.
func HolderTypes() []HolderType {
	return []HolderType{PublicAuthority, Trader, LegalPerson, StateForce, Customs, Fire, Transport}
}

// HolderKinds are all kinds of holder.
func HolderKinds() []HolderKind { return []HolderKind{Ministry, LocalAuthority, Private} }

// Holder (détenteur) is who holds cameras.
type Holder struct {
	ID   ID         `json:"id"`
	Name string     `json:"name"`
	Kind HolderKind `json:"kind"`
	// Type is empty when unknown.
	Type HolderType `json:"type,omitempty"`
	// Siren is the nine-digit number of the organisation, with its check digit (Luhn); empty when unknown.
	Siren string `json:"siren,omitempty"`
	// Commune is the INSEE code (COG) of the seat; empty when unknown.
	Commune string `json:"commune,omitempty"`
	// Department is the INSEE code of the seat's département; taken from Commune when empty.
	Department string `json:"department,omitempty"`
	// Contact is a functional address, never a person's.
	Contact string `json:"contact,omitempty"`
	// MunicipalPolicePosts is the number of posts; from 3 on a coordination agreement is compulsory (CSI L512-4).
	MunicipalPolicePosts *int `json:"municipalPolicePosts,omitempty"`
	// CoordinationAgreement tells whether one is in force (CSI L512-4, L512-5).
	CoordinationAgreement *bool `json:"coordinationAgreement,omitempty"`
	// CNILUndertakingOn is the day the undertaking of conformity was sent to the CNIL (CSI R253-7).
	CNILUndertakingOn Date `json:"cnilUndertakingOn,omitempty"`
	// CNILUndertakingSent tells whether one was sent at all; true when CNILUndertakingOn is given.
	CNILUndertakingSent *bool `json:"cnilUndertakingSent,omitempty"`
	// DPIAOn is the day of the data protection impact assessment (GDPR art. 35).
	DPIAOn Date `json:"dpiaOn,omitempty"`
	// DPIADone tells whether one was made at all; true when DPIAOn is given.
	DPIADone *bool `json:"dpiaDone,omitempty"`
	// Intercommunal tells an EPCI or a mixed syndicate, whose cameras stand in the communes of others (CSI L132-14).
	Intercommunal *bool      `json:"intercommunal,omitempty"`
	Provenance    Provenance `json:"provenance,omitzero"`
}

// Provenance says where a record comes from.
type Provenance struct {
	// Source names the file, the publisher or the person.
	Source string `json:"source,omitempty"`
	// Licence is the licence of the source, as its publisher writes it.
	Licence string `json:"licence,omitempty"`
	// Import is the identifier of the import that brought the record.
	Import ID `json:"import,omitempty"`
	// Row is the line (text) or the rank (GeoJSON) in the source, from 1.
	Row int `json:"row,omitempty"`
	// Assumptions are what the importer had to suppose, in English.
	Assumptions []string `json:"assumptions,omitempty"`
	// UpdatedAt is the instant of the last change.
	UpdatedAt *Instant `json:"updatedAt,omitempty"`
}

// Key is the holder's identifier.
func (h Holder) Key() ID { return h.ID }

// Shape is nil: a holder has no place.
func (h Holder) Shape() orb.Geometry { return nil }

// Attributes are the kind (as category), the commune, the département, the import and the last change.
func (h Holder) Attributes() Attributes {
	a := Attributes{}
	a.set(AttrCategory, string(h.Kind))
	a.place(h.Commune, h.Department)
	a.provenance(h.Provenance)
	return a
}

// Validate returns nil or an *InvalidError with every fault.
func (h Holder) Validate() error {
	var f faults
	f.id("id", h.ID)
	if h.Name == "" {
		f.add("name", "is missing")
	}
	if h.Kind == "" {
		f.add("kind", "is missing")
	}
	oneOf(&f, "kind", h.Kind, HolderKinds()...)
	oneOf(&f, "type", h.Type, HolderTypes()...)
	if h.Siren != "" && (!sirenPattern.MatchString(h.Siren) || !luhn(h.Siren)) {
		f.add("siren", "is not a nine-digit SIREN with a right check digit")
	}
	f.places(h.Commune, h.Department)
	f.date("cnilUndertakingOn", h.CNILUndertakingOn)
	f.date("dpiaOn", h.DPIAOn)
	if h.MunicipalPolicePosts != nil && *h.MunicipalPolicePosts < 0 {
		f.add("municipalPolicePosts", "must not be negative")
	}
	return f.err("holder", h.ID)
}

// luhn checks the last digit of a number (ISO/IEC 7812-1), as SIREN uses it.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

func (a Attributes) set(name Attr, value string) {
	if value != "" {
		a[name] = value
	}
}

func (a Attributes) place(commune, department string) {
	if department == "" {
		department = departmentOf(commune)
	}
	a.set(AttrCommune, commune)
	a.set(AttrDepartment, department)
}

func (a Attributes) provenance(p Provenance) {
	a.set(AttrImport, string(p.Import))
	if p.UpdatedAt != nil {
		a.set(AttrUpdated, p.UpdatedAt.String())
	}
}
