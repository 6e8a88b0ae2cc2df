package inventorytest

import "vigie/inventory"

// withPractice makes known the fields of a deployment that tell how it is run.
func withPractice(d inventory.Deployment) inventory.Deployment {
	yes, no := known(true), known(false)
	d.CameraCount, d.PooledCameraCount = known(8), known(21)
	a := &d.Authorisation
	a.ProvisionalGround, a.Viewers, a.HasPerimeter = "gathering", []inventory.Viewer{"police", "l531"}, yes
	a.PositionsNotified, a.RenewalFiled = no, yes
	d.Recording = inventory.Recording{
		Storage: "digital", SharedWithIndoor: no, Stamped: yes, TimeSource: "ntp", ClockDriftS: known(0.25),
		Integrity: "watermark", DiskTB: known(37.3), StorageNote: yes, MeasuredDays: known(30), OnEdge: no,
		EncryptedAtRest: yes, LogAutomatic: yes, LogFields: inventory.LogFields(), LogRetentionMonths: known(36),
		Exports: inventory.Exports{
			Lossless: yes, RecordingContinues: yes, NonRewritable: no, LogFields: inventory.ExportLogFields(),
			PlayerFeatures: inventory.PlayerFeatures(),
		},
	}
	d.Operation = inventory.Operation{
		OperatorsDesignated: yes, CivilAgents: yes, OperatorsApproved: no, PrivateOperators: no, ImagesShared: yes,
		ExternalViewers: []string{"gendarmerie", text}, CopyRetentionDays: known(30), RightsContactPublished: yes,
		Sign:             inventory.Sign{Present: yes, Pictogram: yes, Controller: no, Purposes: yes, Rights: no},
		CommuneAgreement: yes, MemberAgreements: yes, StateAgreement: no, MaintenanceContract: yes, MaintenanceWritten: no,
		AcceptanceReport: yes, CheckedOn: "2026-02-28", CheckedItems: inventory.CheckedItems(),
	}
	d.Site = inventory.Site{
		OutdoorCabinets: yes, CabinetsLocked: yes, CabinetsTamperAlarm: no, RoomProtected: yes, RoomAccessLogged: no,
	}
	d.Link = inventory.Link{
		LoadPct: known(69.9), AllStreamsCarried: yes, Wireless: yes, WirelessEncrypted: no, WirelessSegment: "terminal",
		PoELoadPct: known(80.0), UPSMinutes: known(30.5), OrderlyShutdown: yes,
	}
	d.Security = fullSecurity()
	d.Analytics = inventory.Analytics{
		Used: yes, Biometric: no, FaceRecognition: no, Events: inventory.AnalyticsEvents(), Authorised: yes, DecisionRef: text,
	}
	d.PlateReading = inventory.PlateReading{
		Used: no, PaidParkingOnly: yes, NoHitRetentionDays: known(15), HitRetentionDays: known(30),
	}
	d.Mobile = inventory.Mobile{
		PermanentRecording: no, VisualSignal: yes, VehicleSign: yes, UnmarkedVehicles: no, Register: yes,
	}
	return d
}

func fullSecurity() inventory.Security {
	yes, no := known(true), known(false)
	return inventory.Security{
		PhysicallySeparate: yes, DedicatedVLAN: no, SharedWithAccessControl: no, OutdoorSegmented: yes, InternetExposed: no,
		PeerToPeerCloud: no, DefaultCredentials: no, NetworkAuthentication: yes, PortSecurity: yes, LinkLossAlarm: no,
		UnusedPortsDisabled: yes, UncontrolledNetwork: yes, FlowsEncrypted: yes, FlowsAuthenticated: no,
		ManagementEncrypted: yes, TLSVersion: known(1.3), MediaEncrypted: yes, InsecureServices: no, UnusedFunctionsOff: yes,
		LocalAdminOpen: no, NamedAccounts: yes, AdminTwoFactor: no, RightsByRole: yes, RemoteMaintenance: yes,
		RemoteMaintenanceBastion: yes, RemoteMaintenanceOnRequest: no, RemoteMaintenanceLogged: yes, LogsCentral: yes,
		ConfigurationsSaved: no,
	}
}

// withSurroundings makes known the fields of a camera and its first head that audit rules ask for.
func withSurroundings(c inventory.Camera) inventory.Camera {
	yes, no := known(true), known(false)
	c.PlanLocation, c.Critical, c.LocalRecording = &inventory.Point{3.8767, -43.6089}, yes, no
	c.UptimePct, c.PositionToleranceM = known(99.5), known(1.5)
	m := &c.Mounting
	m.HeightJustified, m.Exposed, m.InSun, m.Cable, m.PowerSource = no, yes, yes, "copper", "street_lighting"
	m.SiteMinTemperatureC, m.SiteMaxTemperatureC, m.SurgeProtected, m.PoweredByDay = known(-10.5), known(40.0), yes, no
	m.HeightToleranceM, m.Mast = known(0.3), "M-12"
	d := &c.Device
	d.FirmwareLatest, d.CriticalFlawOpen, d.EndOfLifeAnnounced, d.WipeCertificate = yes, no, yes, no
	d.ONVIFProfiles = []inventory.ONVIFProfile{"T", "M"}
	h := &c.Heads[0]
	h.ObjectiveStated, h.Aims, h.MovingPeople, h.Interpolated = yes, []inventory.Aim{"face", "identify"}, yes, no
	h.FaceWidthPx, h.FaceHeightPx, h.NightUse, h.VerticalLuxNight = known(60), known(90), yes, known(10.5)
	h.NearReflection, h.WebFound, h.Backlight, h.CaptureZoneM = no, no, yes, known(5.5)
	h.PlateWidthPx, h.PlateVerticalDeg, h.PlateHorizontalDeg = known(130), known(18.5), known(10.25)
	h.BearingToleranceDeg, h.Masks = known(5.0), []inventory.Mask{{FromDeg: 350, ToDeg: 0.5}}
	h.PlanBearingDeg, h.DwellingEntranceTargeted, h.MaskFollows = known(0.5), no, yes
	return c
}
