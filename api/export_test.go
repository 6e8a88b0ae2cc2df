package api

import (
	"errors"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// Routes are the routes of a handler.
func Routes(config Config) (gin.RoutesInfo, error) {
	handler, err := New(config)
	if err != nil {
		return nil, err
	}
	engine, ok := handler.Handler.(*gin.Engine)
	if !ok {
		return nil, errors.New("the handler is no engine")
	}
	return engine.Routes(), nil
}

// InTheirTurn are the jobs that a worker may take, in their order.
func InTheirTurn(unfinished []inventory.Job, served map[inventory.ID]time.Time, now time.Time) []inventory.Job {
	return inTheirTurn(unfinished, served, now)
}

// FrenchPhrases are the texts of refusals in French, by their English.
func FrenchPhrases() map[string]string { return frenchPhrases }
