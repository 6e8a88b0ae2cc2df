package inventory

import "github.com/paulmach/orb"

// Convention (convention) is an agreement by which a holder lets another one see some of its cameras.
type Convention struct {
	ID ID `json:"id"`
	// Holder lets see, With sees.
	Holder ID `json:"holder"`
	With   ID `json:"with"`
	// Purpose is what for, in the words of the agreement.
	Purpose string `json:"purpose"`
	// From and To are the first and the last day.
	From       Date       `json:"from"`
	To         Date       `json:"to"`
	Provenance Provenance `json:"provenance,omitzero"`
}

// Key is the convention's identifier.
func (c Convention) Key() ID { return c.ID }

// Shape is nil: a convention has no place.
func (c Convention) Shape() orb.Geometry { return nil }

// Attributes are the holder who lets see, and the last change.
func (c Convention) Attributes() Attributes {
	attributes := Attributes{}
	attributes.set(AttrHolder, string(c.Holder))
	attributes.provenance(c.Provenance)
	return attributes
}

// Validate returns nil or an *InvalidError with every fault.
func (c Convention) Validate() error {
	var f faults
	f.id("id", c.ID)
	f.id("holder", c.Holder)
	f.id("with", c.With)
	f.date("from", c.From)
	f.date("to", c.To)
	return f.err("convention", c.ID)
}
