package inventory

// CheckedItem is what a regular check of a system looks at.
type CheckedItem string

// CheckedItems are all of them.
func CheckedItems() []CheckedItem {
	return []CheckedItem{"image", "focus", "clock", "storage_depth", "masks"}
}

// Operation is who runs a system, and how. What is nil or empty is unknown.
type Operation struct {
	// OperatorsDesignated tells whether each viewer is designated in writing (CSI R253-3), OperatorsApproved whether the
	// civil ones are approved by the prefect (CSI L132-14-1).
	OperatorsDesignated *bool `json:"operatorsDesignated,omitempty"`
	CivilAgents         *bool `json:"civilAgents,omitempty"` // agents who are not police view the public way
	OperatorsApproved   *bool `json:"operatorsApproved,omitempty"`
	PrivateOperators    *bool `json:"privateOperators,omitempty"` // a private company views images
	// ImagesShared tells whether services outside the holder receive images, ExternalViewers which ones, by the names of
	// the recipients of the authorisation, CopyRetentionDays how long they keep copies, days (CSI L252-3).
	ImagesShared      *bool    `json:"imagesShared,omitempty"`
	ExternalViewers   []string `json:"externalViewers,omitempty"`
	CopyRetentionDays *int     `json:"copyRetentionDays,omitempty"`
	// RightsContactPublished tells whether people are told where to claim their rights (CSI R253-6).
	RightsContactPublished *bool `json:"rightsContactPublished,omitempty"`
	// Sign is what tells people that they are filmed.
	Sign Sign `json:"sign,omitzero"`
	// CommuneAgreement, MemberAgreements and StateAgreement are what an intercommunal system needs (CSI L132-14).
	CommuneAgreement *bool `json:"communeAgreement,omitempty"`
	MemberAgreements *bool `json:"memberAgreements,omitempty"`
	StateAgreement   *bool `json:"stateAgreement,omitempty"`
	// MaintenanceContract tells whether there is one; MaintenanceWritten whether operation and maintenance are written
	// down; AcceptanceReport whether the report of acceptance is signed (arrêté of 5 January 2011, annex §1).
	MaintenanceContract *bool `json:"maintenanceContract,omitempty"`
	MaintenanceWritten  *bool `json:"maintenanceWritten,omitempty"`
	AcceptanceReport    *bool `json:"acceptanceReport,omitempty"`
	// CheckedOn is the day of the last regular check, CheckedItems what it looked at.
	CheckedOn    Date          `json:"checkedOn,omitempty"`
	CheckedItems []CheckedItem `json:"checkedItems,omitempty"`
}

// Sign is what tells people that they are filmed (CSI R253-6 I): whether it is there and what it shows.
type Sign struct {
	Present    *bool `json:"present,omitempty"`
	Pictogram  *bool `json:"pictogram,omitempty"`
	Controller *bool `json:"controller,omitempty"`
	Purposes   *bool `json:"purposes,omitempty"`
	Rights     *bool `json:"rights,omitempty"`
}

func (o Operation) check(f *faults) {
	f.days("operation.copyRetentionDays", o.CopyRetentionDays)
	f.date("operation.checkedOn", o.CheckedOn)
	eachOf(f, "operation.checkedItems", o.CheckedItems, CheckedItems())
}

// Site is how the machines of a system are protected. What is nil is unknown.
type Site struct {
	// OutdoorCabinets tells whether there are any; the next two whether all are locked, and tell when they are opened.
	OutdoorCabinets     *bool `json:"outdoorCabinets,omitempty"`
	CabinetsLocked      *bool `json:"cabinetsLocked,omitempty"`
	CabinetsTamperAlarm *bool `json:"cabinetsTamperAlarm,omitempty"`
	// RoomProtected tells whether the recorders stand in the zone that is protected best, RoomAccessLogged whether who
	// goes in is written down.
	RoomProtected    *bool `json:"roomProtected,omitempty"`
	RoomAccessLogged *bool `json:"roomAccessLogged,omitempty"`
}

// AnalyticsEvent is an event that algorithmic processing may look for (décret 2023-828 of 28 August 2023).
type AnalyticsEvent string

// AnalyticsEvents are the eight of the decree, and "other" for any that is not among them.
func AnalyticsEvents() []AnalyticsEvent {
	return []AnalyticsEvent{
		"abandoned_object", "weapon", "wrong_way", "forbidden_area", "person_on_ground", "crowd_movement", "density", "fire",
		"other",
	}
}

// Analytics is the algorithmic processing of images. What is nil or empty is unknown.
type Analytics struct {
	Used *bool `json:"used,omitempty"`
	// Biometric and FaceRecognition tell what it does with people.
	Biometric       *bool            `json:"biometric,omitempty"`
	FaceRecognition *bool            `json:"faceRecognition,omitempty"`
	Events          []AnalyticsEvent `json:"events,omitempty"`
	// Authorised tells whether there is a decision; true when DecisionRef, its reference, is given.
	Authorised  *bool  `json:"authorised,omitempty"`
	DecisionRef string `json:"decisionRef,omitempty"`
}

// PlateReading is the automatic reading of number plates (LAPI, CSI L233-1). What is nil is unknown.
type PlateReading struct {
	Used *bool `json:"used,omitempty"`
	// PaidParkingOnly tells whether it serves the control of paid parking and nothing else.
	PaidParkingOnly *bool `json:"paidParkingOnly,omitempty"`
	// NoHitRetentionDays and HitRetentionDays are how long plates are kept, days (CSI L233-2).
	NoHitRetentionDays *int `json:"noHitRetentionDays,omitempty"`
	HitRetentionDays   *int `json:"hitRetentionDays,omitempty"`
}

// Mobile is how body-worn, on-board and airborne cameras are used (CSI L241-1 ff.). What is nil is unknown.
type Mobile struct {
	// PermanentRecording tells whether they record all the time, VisualSignal whether a signal shows when they do.
	PermanentRecording *bool `json:"permanentRecording,omitempty"`
	VisualSignal       *bool `json:"visualSignal,omitempty"`
	// VehicleSign tells whether vehicles bear a sign, UnmarkedVehicles whether they are unmarked ones, that need none.
	VehicleSign      *bool `json:"vehicleSign,omitempty"`
	UnmarkedVehicles *bool `json:"unmarkedVehicles,omitempty"`
	// Register tells whether a register of uses is kept.
	Register *bool `json:"register,omitempty"`
}
