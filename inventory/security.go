package inventory

// WirelessSegment is where radio links are used (arrêté of 3 August 2007, annex 1 §2).
type WirelessSegment string

// WirelessSegments are all of them: at the ends, where wire is unsuitable, along the way.
func WirelessSegments() []WirelessSegment {
	return []WirelessSegment{"terminal", "wire_impossible", "backbone"}
}

// Link is how images and power travel. What is nil or empty is unknown.
type Link struct {
	// LoadPct is the load of the most loaded link at its peak, percent; AllStreamsCarried whether every stream needed
	// gets through.
	LoadPct           *float64 `json:"loadPct,omitempty"`
	AllStreamsCarried *bool    `json:"allStreamsCarried,omitempty"`
	// Wireless tells whether there are radio links, WirelessEncrypted whether they are encrypted reliably.
	Wireless          *bool           `json:"wireless,omitempty"`
	WirelessEncrypted *bool           `json:"wirelessEncrypted,omitempty"`
	WirelessSegment   WirelessSegment `json:"wirelessSegment,omitempty"`
	// PoELoadPct is the draw of all devices as a part of what the switches can feed, percent.
	PoELoadPct *float64 `json:"poeLoadPct,omitempty"`
	// UPSMinutes is how long the recorders go on without mains, minutes; OrderlyShutdown whether they then stop in order.
	UPSMinutes      *float64 `json:"upsMinutes,omitempty"`
	OrderlyShutdown *bool    `json:"orderlyShutdown,omitempty"`
}

func (l Link) check(f *faults) {
	f.within("link.loadPct", l.LoadPct, 0, 1000, "%")
	f.within("link.poeLoadPct", l.PoELoadPct, 0, 1000, "%")
	f.within("link.upsMinutes", l.UPSMinutes, 0, 100_000, "min")
	oneOf(f, "link.wirelessSegment", l.WirelessSegment, WirelessSegments()...)
}

// Security is how a system is protected against intrusion through its network. What is nil is unknown.
type Security struct {
	// PhysicallySeparate tells a network of its own cables and switches, DedicatedVLAN one of its own VLAN.
	PhysicallySeparate *bool `json:"physicallySeparate,omitempty"`
	DedicatedVLAN      *bool `json:"dedicatedVlan,omitempty"`
	// SharedWithAccessControl tells whether access control of buildings uses the same network, OutdoorSegmented whether
	// cameras outside are apart from those inside.
	SharedWithAccessControl *bool `json:"sharedWithAccessControl,omitempty"`
	OutdoorSegmented        *bool `json:"outdoorSegmented,omitempty"`
	InternetExposed         *bool `json:"internetExposed,omitempty"`
	// PeerToPeerCloud tells whether devices call a maker's cloud.
	PeerToPeerCloud    *bool `json:"peerToPeerCloud,omitempty"`
	DefaultCredentials *bool `json:"defaultCredentials,omitempty"` // some are left
	// NetworkAuthentication tells IEEE 802.1X on the ports of cameras; PortSecurity and LinkLossAlarm what replaces it.
	NetworkAuthentication *bool `json:"networkAuthentication,omitempty"`
	PortSecurity          *bool `json:"portSecurity,omitempty"`
	LinkLossAlarm         *bool `json:"linkLossAlarm,omitempty"`
	UnusedPortsDisabled   *bool `json:"unusedPortsDisabled,omitempty"`
	// UncontrolledNetwork tells whether images cross a network that the holder does not control, or go between sites; the
	// next two how they are protected there.
	UncontrolledNetwork *bool `json:"uncontrolledNetwork,omitempty"`
	FlowsEncrypted      *bool `json:"flowsEncrypted,omitempty"`
	FlowsAuthenticated  *bool `json:"flowsAuthenticated,omitempty"`
	// ManagementEncrypted tells whether devices are administered over TLS, TLSVersion its lowest version as a number, as
	// 1.2; MediaEncrypted whether images travel encrypted.
	ManagementEncrypted *bool    `json:"managementEncrypted,omitempty"`
	TLSVersion          *float64 `json:"tlsVersion,omitempty"`
	MediaEncrypted      *bool    `json:"mediaEncrypted,omitempty"`
	// InsecureServices tells whether Telnet, FTP or UPnP is on somewhere; UnusedFunctionsOff whether what is not needed is
	// off; LocalAdminOpen whether devices can be administered on the spot.
	InsecureServices   *bool `json:"insecureServices,omitempty"`
	UnusedFunctionsOff *bool `json:"unusedFunctionsOff,omitempty"`
	LocalAdminOpen     *bool `json:"localAdminOpen,omitempty"`
	// NamedAccounts, AdminTwoFactor and RightsByRole are of the accounts of users and administrators.
	NamedAccounts  *bool `json:"namedAccounts,omitempty"`
	AdminTwoFactor *bool `json:"adminTwoFactor,omitempty"`
	RightsByRole   *bool `json:"rightsByRole,omitempty"`
	// RemoteMaintenance tells whether there is any; the next three whether it goes through a bastion, is opened on request,
	// and is written down.
	RemoteMaintenance          *bool `json:"remoteMaintenance,omitempty"`
	RemoteMaintenanceBastion   *bool `json:"remoteMaintenanceBastion,omitempty"`
	RemoteMaintenanceOnRequest *bool `json:"remoteMaintenanceOnRequest,omitempty"`
	RemoteMaintenanceLogged    *bool `json:"remoteMaintenanceLogged,omitempty"`
	// LogsCentral tells whether the devices' logs are gathered, ConfigurationsSaved whether their settings are kept.
	LogsCentral         *bool `json:"logsCentral,omitempty"`
	ConfigurationsSaved *bool `json:"configurationsSaved,omitempty"`
}
