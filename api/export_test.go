package api

import "github.com/gin-gonic/gin"

// Routes are the routes of a handler.
func Routes(config Config) (gin.RoutesInfo, error) {
	engine, err := newEngine(config)
	if err != nil {
		return nil, err
	}
	return engine.Routes(), nil
}
