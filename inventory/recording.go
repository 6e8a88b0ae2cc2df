package inventory

// Storage is how recordings are kept (arrêté of 3 August 2007, art. 2).
type Storage string

// Storages are both.
func Storages() []Storage { return []Storage{"digital", "analogue"} }

// TimeSource is what the clock of the recorder follows.
type TimeSource string

// TimeSources are all of them; "manual" is a person's watch.
func TimeSources() []TimeSource { return []TimeSource{"ntp", "ptp", "gnss", "manual"} }

// Integrity is what shows that a recording was not changed.
type Integrity string

// Integrities are all of them; "none" says that nothing does.
func Integrities() []Integrity {
	return []Integrity{"none", "access_control_and_log", "signature", "watermark"}
}

// LogField is what the log says of an action on images (CSI R253-5).
type LogField string

// LogFields are all of them.
func LogFields() []LogField { return []LogField{"author", "date", "time", "reason", "recipient"} }

// ExportLogField is what the log says of an export (arrêté of 3 August 2007, art. 3).
type ExportLogField string

// ExportLogFields are all of them.
func ExportLogFields() []ExportLogField {
	return []ExportLogField{"image_time", "duration", "cameras", "export_time", "exporter"}
}

// PlayerFeature is what the player of an export can do (arrêté of 3 August 2007, art. 3, 1° to 5°).
type PlayerFeature string

// PlayerFeatures are all of them.
func PlayerFeatures() []PlayerFeature {
	return []PlayerFeature{
		"lossless", "speeds", "frame_by_frame", "freeze", "save_still", "save_sequence", "shows_camera", "shows_time",
		"search_camera", "search_time",
	}
}

// Recording is how images are recorded, logged and handed over. What is nil or empty is unknown.
type Recording struct {
	Storage Storage `json:"storage,omitempty"`
	// SharedWithIndoor tells whether a trader's cameras outside share a recorder with those inside (CSI R252-3 4°).
	SharedWithIndoor *bool `json:"sharedWithIndoor,omitempty"`
	// Stamped tells whether every stream is kept with date, time and place at any moment (arrêté of 3 August 2007, art. 2).
	Stamped    *bool      `json:"stamped,omitempty"`
	TimeSource TimeSource `json:"timeSource,omitempty"`
	// ClockDriftS is how far the clock was found off, seconds.
	ClockDriftS *float64  `json:"clockDriftS,omitempty"`
	Integrity   Integrity `json:"integrity,omitempty"`
	// DiskTB is the capacity for recordings, terabytes of 10¹² bytes; StorageNote tells whether the file shows how it was
	// computed (annex 1 §3).
	DiskTB      *float64 `json:"diskTb,omitempty"`
	StorageNote *bool    `json:"storageNote,omitempty"`
	// MeasuredDays is how far back recordings were found to go, days.
	MeasuredDays *int `json:"measuredDays,omitempty"`
	// OnEdge tells whether images are kept on cameras or removable media; EncryptedAtRest whether those are encrypted.
	OnEdge          *bool `json:"onEdge,omitempty"`
	EncryptedAtRest *bool `json:"encryptedAtRest,omitempty"`
	// LogAutomatic, LogFields and LogRetentionMonths are of the log of what is done with images (CSI R253-5).
	LogAutomatic       *bool      `json:"logAutomatic,omitempty"`
	LogFields          []LogField `json:"logFields,omitempty"`
	LogRetentionMonths *int       `json:"logRetentionMonths,omitempty"`
	// Exports are how images are handed over.
	Exports Exports `json:"exports,omitzero"`
}

// Exports are how images are handed over (arrêté of 3 August 2007, art. 3).
type Exports struct {
	// Lossless tells whether quality is kept, RecordingContinues whether recording goes on meanwhile.
	Lossless           *bool `json:"lossless,omitempty"`
	RecordingContinues *bool `json:"recordingContinues,omitempty"`
	// NonRewritable tells whether a medium that cannot be written again is available.
	NonRewritable  *bool            `json:"nonRewritable,omitempty"`
	LogFields      []ExportLogField `json:"logFields,omitempty"`
	PlayerFeatures []PlayerFeature  `json:"playerFeatures,omitempty"`
}

func (r Recording) check(f *faults) {
	oneOf(f, "recording.storage", r.Storage, Storages()...)
	oneOf(f, "recording.timeSource", r.TimeSource, TimeSources()...)
	oneOf(f, "recording.integrity", r.Integrity, Integrities()...)
	f.within("recording.clockDriftS", r.ClockDriftS, 0, 1e9, "s")
	f.within("recording.diskTb", r.DiskTB, 0, 1e6, "TB")
	f.days("recording.measuredDays", r.MeasuredDays)
	f.count("recording.logRetentionMonths", r.LogRetentionMonths)
	eachOf(f, "recording.logFields", r.LogFields, LogFields())
	eachOf(f, "recording.exports.logFields", r.Exports.LogFields, ExportLogFields())
	eachOf(f, "recording.exports.playerFeatures", r.Exports.PlayerFeatures, PlayerFeatures())
}
