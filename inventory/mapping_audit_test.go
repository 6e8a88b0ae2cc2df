package inventory_test

import (
	"strings"
	"testing"

	"vigie/inventory"
)

// What the audit asks of a camera is read under its French and its English names; what cannot be read is kept aside.
func TestUsualNamesOfTheAudit(t *testing.T) {
	files := map[string]string{
		"french": "Réf.;lon;lat;Critique;Disponibilité;Dernier nettoyage;Extérieur;Liaison;Alimentation;Indice IP;IK;Puissance;Norme PoE;" +
			"Fin de prise en charge;Cadence;Débit;Plan;Distance cible;Densité exigée;Éclairement nuit;Portée IR;Contre-jour;Masquage;IP\n" +
			"V-01;3.87;43.6;oui;98,5 %;02/03/2026;oui;Fibre optique;Éclairage public;IP66;IK10;12 W;802.3at;31/12/2027;12,5 i/s;" +
			"4 Mbit/s;Plan étroit;18 m;250 px/m;3 lux;40 m;non;oui;10.0.0.7\n",
		"english": "Ref,lon,lat,Critical,Uptime,Cleaned on,Outdoor,Cable,Power source,Ingress rating,Impact rating,Power W,PoE type," +
			"End of life,FPS,Bitrate,Shot,Target distance,Required density,Scene lux night,Infrared range,Backlight,Privacy mask,IP\n" +
			"V-01,3.87,43.6,yes,98.5,2026-03-02,yes,fibre,street_lighting,IP66,IK10,12,802.3at,2027-12-31,12.5,4,narrow,18,250,3,40,no,yes,10.0.0.7\n",
	}
	for language, text := range files {
		t.Run(language, func(t *testing.T) {
			store := openStore(t)
			report, err := importText(t, store, text, inventory.ImportOptions{})
			if err != nil || report.Added != 1 {
				t.Fatalf("%s %v %+v", counts(report), err, report.Rejected)
			}
			c := allCameras(t, store)[0]
			h := c.Heads[0]
			if !*c.Critical || *c.UptimePct != 98.5 || c.CleanedOn != "2026-03-02" || !*c.Mounting.Outdoor || c.Mounting.Cable != "fibre" ||
				c.Mounting.PowerSource != "street_lighting" || c.Device.IngressRating != "IP66" || c.Device.ImpactRating != "IK10" ||
				*c.Device.PowerW != 12 || c.Device.PoEType != "802.3at" || c.Device.EndOfLifeOn != "2027-12-31" {
				t.Errorf("%+v", c)
			}
			if *h.RecordedFPS != 12.5 || *h.BitrateMbps != 4 || h.Shot != inventory.Narrow || *h.TargetDistanceM != 18 ||
				*h.RequiredDensityPxM != 250 || *h.SceneLuxNight != 3 || *h.InfraredRangeM != 40 || *h.Backlight || !*h.PrivacyMask {
				t.Errorf("%+v", h)
			}
			if c.Extra["IP"] != "10.0.0.7" {
				t.Errorf("the address is read as something: %+v", c.Extra)
			}
		})
	}
	store := openStore(t)
	report, err := importText(t, store, "ref,lon,lat,liaison,uptime,cadence\nV-02,3.87,43.6,pigeon,often,fast\n", inventory.ImportOptions{})
	if err != nil || report.Added != 1 {
		t.Fatalf("%s %v %+v", counts(report), err, report.Rejected)
	}
	if c := allCameras(t, store)[0]; c.Mounting.Cable != "" || c.UptimePct != nil || c.Extra["liaison"] != "pigeon" || len(c.Extra) != 3 {
		t.Errorf("%+v", c)
	}
	for _, note := range []string{"cannot be read as mounting.cable: kept aside"} {
		if !strings.Contains(notesOf(report), note) {
			t.Errorf("no note says %q: %s", note, notesOf(report))
		}
	}
}

func notesOf(report inventory.ImportReport) string {
	var texts []string
	for _, note := range report.Assumed {
		texts = append(texts, note.Text)
	}
	return strings.Join(texts, "\n")
}
