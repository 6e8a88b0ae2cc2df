package inventorytest

import "vigie/inventory"

// FullEquipment is a valid model in which every field is known.
func FullEquipment() inventory.Equipment {
	heads, width, height := 1, 2560, 1440
	return inventory.Equipment{
		ID: "equipment:1", Manufacturer: text, Reference: "V-4 <2026>", Name: text, Form: "varifocal", Heads: &heads,
		SensorWidthMM: known(5.37), SensorHeightMM: known(3.02), MinFocalMM: known(3.0), MaxFocalMM: known(10.0),
		WideHFOVDeg: known(83.7), WideVFOVDeg: known(53.4), TeleHFOVDeg: known(30.1), TeleVFOVDeg: known(17.2),
		RecordedWidthPx: &width, RecordedHeightPx: &height, MaxFPS: known(25.0), BitrateMbps: known(4.5),
		DORI: inventory.DORIDistances{
			DetectM: known(190.0), ObserveM: known(76.0), RecogniseM: known(38.0), IdentifyM: known(19.0),
		},
		Stated: []inventory.StatedDistance{{DensityPxM: known(125.0), DistanceM: known(38.1), FocalMM: known(10.0)}},
		MinLux: known(0.05), InfraredRangeM: known(40.0), WDRDB: known(120.0), IngressRating: "IP67", ImpactRating: "IK10",
		MinTemperatureC: known(-40.0), MaxTemperatureC: known(60.0), PowerW: known(12.95), PoEType: "802.3af",
		Codecs: []string{"H.264", "H.265"}, ONVIFProfiles: []inventory.ONVIFProfile{"S", "T"}, Interfaces: []string{"rtsp"},
		PriceEUR: known(499.9), PricedOn: "2026-11-01", Verified: true,
		Provenance: fullProvenance(), Extra: map[string]string{"colour": text},
	}
}
