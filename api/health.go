package api

import (
	"context"
	"time"

	"github.com/gin-gonic/gin"
)

// Health says that the service answers.
type Health struct {
	Status  string `json:"status" example:"ok"`
	Version string `json:"version,omitempty" example:"1.0.0"`
}

// Landing says where to go from the root.
type Landing struct {
	Name    string            `json:"name" example:"Vigie"`
	Version string            `json:"version,omitempty" example:"1.0.0"`
	Links   map[string]string `json:"links"`
}

// The paths that tell how the service is.
const (
	alivePath = "/healthz"
	readyPath = "/readyz"
)

// readyTimeout is how long the store may take to answer before the service is not ready.
const readyTimeout = 2 * time.Second

func (s *server) landingRoutes(r routes, m *meter) {
	r.get("/", public(), s.landing)
	r.get(alivePath, public(), s.alive)
	r.get(readyPath, public(), s.ready)
	r.get("/metrics", administration(), measured(m))
}

// landing lists the ways in.
//
//	@Summary	Where to go
//	@Tags		service
//	@Produce	json
//	@Success	200	{object}	Landing
//	@Failure	400	{object}	Problem
//	@Router		/ [get]
func (s *server) landing(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	return ok(c, Landing{Name: "Vigie", Version: s.config.Version, Links: map[string]string{
		"cameras": camerasPath, "deployments": deploymentsPath, "holders": holdersPath, "areas": areasPath,
		"obstacles": obstaclesPath, "candidates": candidatesPath, "equipment": equipmentPath,
		"assessments": assessmentsPath, "audits": auditsPath, "recommendations": recommendationsPath, "profiles": profilesPath,
		"documentation": swaggerPath + "index.html",
		"journal":       journalPath, "problems": problemsPath, "openapi": openAPIPath, "health": alivePath, "ready": readyPath, "metrics": "/metrics",
	}})
}

// alive says that the process answers, whatever its store does.
//
//	@Summary	Is the process alive?
//	@Tags		service
//	@Produce	json
//	@Success	200	{object}	Health
//	@Failure	400	{object}	Problem
//	@Router		/healthz [get]
func (s *server) alive(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	return ok(c, Health{Status: "ok", Version: s.config.Version})
}

// ready says whether the store answers.
//
//	@Summary	Can requests be answered?
//	@Tags		service
//	@Produce	json
//	@Success	200	{object}	Health
//	@Failure	400	{object}	Problem
//	@Failure	503	{object}	Problem	"The store does not answer"
//	@Router		/readyz [get]
func (s *server) ready(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyTimeout)
	defer cancel()
	if err := s.config.Store.Ping(ctx); err != nil {
		return &refusal{kind: kindNotReady, detail: "the store does not answer", cause: err}
	}
	return ok(c, Health{Status: "ok", Version: s.config.Version})
}

// measured gives the figures of the service.
//
//	@Summary	Figures for Prometheus
//	@Tags		service
//	@Produce	plain
//	@Success	200	{string}	string
//	@Failure	400	{object}	Problem
//	@Router		/metrics [get]
func measured(m *meter) handler {
	return func(c *gin.Context) error {
		if err := noParams(c); err != nil {
			return err
		}
		return m.serve(c)
	}
}
