package api

import (
	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

const mePath = "/api/v1/me"

// Me tells a caller who it is taken for, and what that allows.
type Me struct {
	// ID is the identifier that the journal has: an account's, or a person's; empty at the machine itself.
	ID inventory.ID `json:"id,omitempty" example:"0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f"`
	// Name is that which the identity provider tells.
	Name string `json:"name,omitempty" example:"Camille Martin"`
	// By is how the caller was recognised.
	By          string              `json:"by" example:"session" enums:"machine,key,token,session"`
	Role        inventory.Role      `json:"role" example:"holder_reader"`
	Holder      inventory.ID        `json:"holder,omitempty" example:"ville"`
	Departments []string            `json:"departments,omitempty" example:"34"`
	Mandates    []inventory.Mandate `json:"mandates,omitempty"`
	// May is what the caller may do, with some records of a kind at least.
	May []inventory.Scope `json:"may" example:"cameras:read"`
	// EndsAt is when the session ends at the latest.
	EndsAt *inventory.Instant `json:"endsAt,omitempty" swaggertype:"string" format:"date-time"`
}

// me tells who asks.
//
//	@Summary		Who am I
//	@Description	The role of whoever asks, and what it may do. It is there for everybody who is let in.
//	@Tags			people
//	@Produce		json
//	@Success		200				{object}	Me
//	@Failure		400,401,429,503	{object}	Problem
//	@Router			/api/v1/me [get]
func (s *server) me(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	caller, _ := inventory.CallerOf(c.Request.Context())
	by, known := c.Value(stayKey).(stay)
	switch {
	case known:
	case s.config.Accounts == nil:
		by.by = byMachine
	default:
		by.by = byKey
	}
	return ok(c, Me{
		ID: caller.Account, Name: by.name, By: by.by, Role: caller.Role, Holder: caller.Holder, Departments: caller.Departments,
		Mandates: caller.Mandates, May: caller.Rights(), EndsAt: by.endsAt,
	})
}
