package api

import (
	"slices"

	"github.com/gin-gonic/gin"

	"vigie/advisory"
	"vigie/inventory"
)

const profilesPath = "/api/v1/profiles"

// EquipmentProfile is a neutral class of equipment of the rulebook: what several makers sell.
type EquipmentProfile struct {
	ID          string             `json:"id" example:"varifocal-4mp"`
	Name        inventory.Text     `json:"name"`
	Description inventory.Text     `json:"description"`
	Form        advisory.Form      `json:"form" example:"varifocal"`
	Kind        inventory.HeadKind `json:"kind" example:"fixed"`
	Heads       int                `json:"heads" example:"1"`
	// HFOVDeg are the horizontal fields to choose from, degrees, FocalMM the focal lengths, millimetres; nil where none is told.
	HFOVDeg inventory.Range  `json:"hfovDeg"`
	FocalMM *inventory.Range `json:"focalMm,omitempty"`
	// Streams are the pictures that can be recorded, pixels; FramesPerSecond how many at most.
	Streams         []ProfileStream `json:"streams"`
	FramesPerSecond float64         `json:"framesPerSecond" example:"25"`
	// IngressRating and ImpactRating are the numbers of the IP and IK codes.
	IngressRating int             `json:"ingressRating" example:"66"`
	ImpactRating  int             `json:"impactRating" example:"10"`
	TemperatureC  inventory.Range `json:"temperatureC"`
	MountHeightM  inventory.Range `json:"mountHeightM"`
	// PowerW is the largest draw, watts; LifetimeYears after how many years it is renewed.
	PowerW        float64  `json:"powerW" example:"12.95"`
	PoEType       string   `json:"poeType" example:"af"`
	Codecs        []string `json:"codecs"`
	ONVIF         []string `json:"onvif"`
	Interfaces    []string `json:"interfaces"`
	LifetimeYears float64  `json:"lifetimeYears" example:"7"`
	// Source is where the optics come from, Verified how far they can be trusted.
	Source   string            `json:"source"`
	Verified advisory.Verified `json:"verified"`
}

// ProfileStream is a size of a recorded picture, pixels.
type ProfileStream struct {
	WidthPx  int `json:"widthPx" example:"2560"`
	HeightPx int `json:"heightPx" example:"1440"`
}

// EquipmentProfiles are all profiles of the rulebook.
type EquipmentProfiles struct {
	Items []EquipmentProfile `json:"items"`
}

// listProfiles gives the classes of equipment that may be proposed.
//
//	@Summary		List the equipment profiles of the rulebook
//	@Description	Neutral classes, in the order of their identifiers, as a recommendation may name them.
//	@Tags			recommendations
//	@Produce		json
//	@Success		200	{object}	EquipmentProfiles
//	@Failure		400,406	{object}	Problem
//	@Router			/api/v1/profiles [get]
func (s *server) listProfiles(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	if err := noParams(c); err != nil {
		return err
	}
	answer := EquipmentProfiles{Items: []EquipmentProfile{}}
	for _, p := range s.config.Profiles {
		answer.Items = append(answer.Items, profileOf(p))
	}
	return ok(c, answer)
}

func profileOf(p advisory.Profile) EquipmentProfile {
	between := func(s advisory.Span) inventory.Range { return inventory.Range{Low: s.Low, High: s.High} }
	out := EquipmentProfile{
		ID: p.ID, Name: p.Name, Description: p.Description, Form: p.Form, Kind: p.Kind, Heads: p.Heads.Value,
		HFOVDeg: between(p.HFOVDeg.Value), FramesPerSecond: p.FramesPerSecond.Value,
		IngressRating: p.IngressRating.Value, ImpactRating: p.ImpactRating.Value, TemperatureC: between(p.TemperatureC.Value),
		MountHeightM: between(p.MountHeightM.Value), PowerW: p.PowerW.Value, PoEType: p.PoEType.Value,
		Codecs: slices.Clone(p.Codecs.Value), ONVIF: slices.Clone(p.ONVIF.Value), Interfaces: slices.Clone(p.Interfaces.Value),
		LifetimeYears: p.LifetimeYears.Value, Source: p.HFOVDeg.Source, Verified: p.HFOVDeg.Verified,
	}
	if p.FocalMM != nil {
		focal := between(p.FocalMM.Value)
		out.FocalMM = &focal
	}
	for _, stream := range p.Streams.Value {
		out.Streams = append(out.Streams, ProfileStream(stream))
	}
	return out
}
