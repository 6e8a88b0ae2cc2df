package api

import (
	"errors"

	"github.com/gin-gonic/gin"
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
