package demotown

import "vigie/inventory"

// The identifiers of who holds cameras, and of their legal units.
const (
	holderCommune inventory.ID = "demo-commune"
	holderRailway inventory.ID = "demo-gares"
	holderShop    inventory.ID = "demo-hypermarche"

	deploymentCentre    inventory.ID = "demo-centre-ville"
	deploymentDistricts inventory.ID = "demo-quartiers"
	deploymentStation   inventory.ID = "demo-gare"
	deploymentShop      inventory.ID = "demo-magasin"
)

// holders have no SIREN: a made-up number might be somebody's.
func holders() []inventory.Holder {
	return []inventory.Holder{
		{
			ID: holderCommune, Name: "Commune de " + CommuneName, Kind: inventory.LocalAuthority,
			Type: inventory.PublicAuthority, Commune: CommuneCode, Contact: "videoprotection@vaubrenne.example",
			MunicipalPolicePosts: known(9), CoordinationAgreement: known(true), CNILUndertakingOn: "2023-04-03",
			DPIAOn: "2023-03-14", Provenance: source,
		},
		{
			ID: holderRailway, Name: "Gares de l’Orlie", Kind: inventory.Private, Type: inventory.Transport,
			Commune: CommuneCode, Contact: "surete@gares-orlie.example", DPIAOn: "2022-09-30", Provenance: source,
		},
		{
			ID: holderShop, Name: "Hypermarché du Levant", Kind: inventory.Private, Type: inventory.Trader,
			Commune: CommuneCode, Contact: "direction@hyper-levant.example", Provenance: source,
		},
	}
}

func (p *plan) deployments() []inventory.Deployment {
	shop := p.places["demo-centre-commercial"]
	return []inventory.Deployment{
		{
			ID: deploymentCentre, Holder: holderCommune, Name: "Centre-ville", Regime: inventory.RegimePublicWay,
			Commune: CommuneCode, Authorisation: granted("2023-DEMO-0412", "2023-05-12", "2028-05-11", 20, 30),
			Pieces:        map[inventory.Piece]bool{"report": true, "masse": true, "detail": true, "security": true, "public_info": true, "dpia": true},
			RetentionDays: known(15), AutomaticErasure: known(true), Audio: known(false), CentralStorage: known(true),
			Network: "fibre", Provenance: source,
		},
		{
			ID: deploymentDistricts, Holder: holderCommune, Name: "Quartiers et entrées de ville",
			Regime: inventory.RegimePublicWay, Commune: CommuneCode,
			Authorisation: granted("2021-DEMO-1187", "2021-12-02", "2026-12-01", 24, 30),
			RetentionDays: known(30), AutomaticErasure: known(true), Audio: known(false), CentralStorage: known(true),
			Network: "radio", Provenance: source,
		},
		{
			ID: deploymentStation, Holder: holderRailway, Name: "Gare de Vaubrenne", Regime: inventory.RegimeOpenPlace,
			Commune: CommuneCode, Authorisation: inventory.Authorisation{
				Number: "2022-DEMO-0733", Status: inventory.AuthorisationGranted, GrantedOn: "2022-10-18",
				ExpiresOn: "2027-10-17", Purposes: []inventory.Purpose{"E01"}, MaxCameras: known(12), RetentionDaysMax: known(30),
			},
			RetentionDays: known(3), AutomaticErasure: known(true), Audio: known(false), Network: "fibre", Provenance: source,
		},
		{
			ID: deploymentShop, Holder: holderShop, Name: "Magasin et parc de stationnement",
			Regime: inventory.RegimeOpenPlace, Commune: CommuneCode,
			Authorisation: inventory.Authorisation{
				Number: "2024-DEMO-0098", Status: inventory.AuthorisationGranted, GrantedOn: "2024-02-06",
				ExpiresOn: "2029-02-05", Purposes: []inventory.Purpose{"E01"}, MaxCameras: known(8),
				RetentionDaysMax: known(15), Perimeter: shop.ring.surface(),
			},
			RetentionDays: known(15), Audio: known(false), Network: "copper", Provenance: source,
		},
	}
}

// granted is an authorisation of five years (CSI L252-4) to the commune, for the safety of exposed places and public
// buildings.
func granted(number string, from, to inventory.Date, cameras, days int) inventory.Authorisation {
	return inventory.Authorisation{
		Number: number, Status: inventory.AuthorisationGranted, GrantedOn: from, ExpiresOn: to,
		Purposes: []inventory.Purpose{"P01", "P05"}, MaxCameras: &cameras, RetentionDaysMax: &days,
		Recipients: []string{"police municipale", "police nationale"},
	}
}
