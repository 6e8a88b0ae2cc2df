// Package api answers over HTTP: it decodes a request, asks inventory or advisory once, and encodes the answer.
//
// api holds no rule of its own about cameras or the law, and no data between two requests. What a record must look
// like is inventory's business, what it means is advisory's. Errors become statuses in one place, problem.go; the
// conventions a client sees are told in docs/api.md.
//
// Without accounts the server is for the machine it runs on: see [CheckLoopback].
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/advisory"
	"vigie/inventory"
)

// Advisor makes coverage studies, audits and recommendations, and explains them.
type Advisor interface {
	Recommender
	// Assess computes a study and stores nothing. Faults of the request are an *inventory.InvalidError; a place that
	// is not in the inventory is inventory.ErrNotFound.
	Assess(ctx context.Context, request inventory.AssessmentRequest) (inventory.Assessment, error)
	// Explain tells what the cameras near a place see of it, for a study that was made. Faults are as those of Assess.
	Explain(ctx context.Context, made inventory.Assessment, at inventory.Point) (inventory.Explanation, error)
	// Audit judges and stores nothing. Faults are as those of Assess, for the record to be audited.
	Audit(ctx context.Context, request inventory.AuditRequest) (inventory.Audit, error)
	// Answers are what was answered to the findings of an audit, in whatever audit.
	Answers(ctx context.Context, audit inventory.Audit) ([]inventory.AnsweredFinding, error)
	// WhatIf tells each the verdicts that a change of the rulebook changes. Faults are an *inventory.InvalidError.
	WhatIf(ctx context.Context, request advisory.SimulationRequest, each func(advisory.Flip) error) (advisory.Simulation, error)
}

// Recommender advises on equipment.
type Recommender interface {
	// Recommend computes a plan and stores nothing. Faults of the request are an *inventory.InvalidError, what is not in the
	// inventory is inventory.ErrNotFound, and a constraint that no plan keeps a *geo.BindingError.
	Recommend(ctx context.Context, request inventory.RecommendationRequest) (inventory.Recommendation, error)
}

// Config is what a handler needs.
type Config struct {
	// Store is what is served; where several people are served, one that is guarded (see inventory.Guard).
	Store   inventory.Store
	Advisor Advisor
	// Accounts are those whose API keys are let in. Nil lets everybody in, as the person at this machine.
	Accounts inventory.Shelf[inventory.Account]
	// Invitation makes the first administrator's key; nil where there is none to make.
	Invitation *Invitation
	// People are let in beside accounts; nil lets in those with a key alone.
	People *People
	// Journal is told what is read; nil keeps no journal. SilentReads leaves out the reads of those who need not say why.
	Journal     *inventory.Journal
	SilentReads bool
	// Hosts are the names under which the server is reached, beside those of this machine.
	Hosts []string
	// Origins are the other web sites whose pages may ask, as https://carte.ville.fr; "*" is every site, with a key and never with
	// a session. Empty is none.
	Origins []string
	// Proxies are those whose X-Forwarded-For is believed. A server that has some and speaks no TLS answers to nobody else, but
	// to its own machine.
	Proxies []netip.Prefix
	// Rates bound how often one caller may ask.
	Rates Rates
	// Egress is where changes may be sent that somebody has subscribed to.
	Egress Egress
	// Profiles are the equipment profiles of the rulebook.
	Profiles []advisory.Profile
	// Version is the version of the software, told by the landing page and the API description.
	Version string
	// Logger receives one line per request and the causes of internal errors; nil discards them.
	Logger *slog.Logger
	// Now is the clock that dates changes; nil is time.Now.
	Now func() time.Time
	// NewID makes the identifiers of imports, and of records that come without one; nil is inventory.NewID.
	NewID func() inventory.ID
	// Patience is how long a request may take that is neither an import nor a study, most of which is waiting for the
	// store; 0 means 30 s.
	Patience time.Duration
	// Importing is called when a file begins to be imported, and what it gives when that has ended, for whoever bounds the memory of
	// the program meanwhile; several may be imported at once. Nil does nothing.
	Importing func() (ended func())
	// MaxBodyBytes bounds a request body, MaxImportBytes an imported file, bytes; 0 means 8 MiB and 256 MiB.
	MaxBodyBytes, MaxImportBytes int64
}

func (c Config) complete() (Config, error) {
	var missing []error
	if c.Store == nil {
		missing = append(missing, errors.New("api: no store"))
	}
	if c.Advisor == nil {
		missing = append(missing, errors.New("api: no advisor"))
	}
	if c.Importing == nil {
		c.Importing = func() func() { return func() {} }
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.NewID == nil {
		c.NewID = inventory.NewID
	}
	if c.Patience == 0 {
		c.Patience = defaultPatience
	}
	if c.MaxBodyBytes == 0 {
		c.MaxBodyBytes = defaultMaxBodyBytes
	}
	if c.MaxImportBytes == 0 {
		c.MaxImportBytes = defaultMaxImportBytes
	}
	return c, errors.Join(missing...)
}

// New makes the handler of the whole API. It fails when the configuration lacks something.
func New(config Config) (*Handler, error) {
	config, err := config.complete()
	if err != nil {
		return nil, err
	}
	people, err := newPeople(config)
	if err != nil {
		return nil, err
	}
	sites, err := newSites(config.Origins, config.Accounts == nil)
	if err != nil {
		return nil, err
	}
	gin.SetMode(gin.ReleaseMode) // idempotent; the only thing it silences is Gin's own print of every route
	engine := gin.New()
	if err := engine.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false // Gin redirects before any middleware, whatever the host and the method
	engine.RedirectFixedPath = false
	s := &server{
		config: config, people: people, sites: sites, log: config.Logger,
		turns: newTurns(), wide: newLane(), rations: newRations(config.Rates), encoders: newEncoders(),
		sender: newSender(config.Egress),
	}
	s.jobs = newJobs(s)
	meter := newMeter()
	engine.Use(identify, s.trace, s.access, meter.measure, s.pack, s.recover, frame, s.secure, s.share, s.guard, s.rationed, s.limit)
	engine.NoRoute(s.handle(func(*gin.Context) error { return errNoRoute }))
	engine.NoMethod(s.handle(noMethod))
	told := &description{version: config.Version, needs: map[string]need{}}
	s.routes(routes{engine: engine, server: s, needs: told.needs}, meter, told)
	return &Handler{Handler: engine, jobs: s.jobs}, nil
}

// server carries what the handlers share.
type server struct {
	config Config
	// people is nil when only keys are known.
	people *people
	sites  *sites
	log    *slog.Logger
	// turns are those of whoever has something computed.
	turns *turns
	jobs  *jobs
	// wide is where those wait who read from everywhere.
	wide lane
	// rations bound how often somebody may ask.
	rations  *rations
	encoders encoders
	// sender sends the test events of subscriptions.
	sender sender
	// unnamed is done when a proxy that was not named has been told of.
	unnamed sync.Once
}

func (s *server) routes(r routes, m *meter, d *description) {
	s.landingRoutes(r, m)
	s.problemRoutes(r)
	s.firstKeyRoutes(r)
	d.routes(r)
	s.cameras().register(r)
	s.countRoutes(r)
	s.journalRoutes(r)
	s.changeRoutes(r)
	s.peopleRoutes(r)
	s.deployments().register(r)
	s.holders().register(r)
	s.areas().register(r)
	s.obstacles().register(r)
	s.candidates().register(r)
	s.candidateRoutes(r)
	s.equipment().register(r)
	s.conventions().register(r)
	s.sharingRoutes(r)
	s.importRoutes(r)
	s.exportRoutes(r)
	s.bulkRoutes(r)
	s.assessments().register(r)
	s.audits().register(r)
	s.recommendations().register(r)
	s.jobs.routes(r)
	s.ogcRoutes(r, d)
	s.tileRoutes(r)
	r.get(profilesPath, toRead("equipment"), s.listProfiles)
}

// handler answers a request or returns why it cannot; nothing is written before an error is returned.
type handler func(*gin.Context) error

// handle makes a Gin handler whose errors become problem details.
func (s *server) handle(h handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			s.fail(c, err)
		}
	}
}

// routes registers handlers.
type routes struct {
	engine *gin.Engine
	server *server
	// deprecation is nil for routes that stay.
	deprecation *deprecation
	// needs are what the routes ask of whoever comes, for the description.
	needs map[string]need
}

// get answers GET and HEAD; net/http leaves the body of an answer to HEAD out.
func (r routes) get(path string, n need, h handler) {
	r.on(http.MethodGet, path, n, h)
	r.on(http.MethodHead, path, n, h)
}

func (r routes) on(method, path string, n need, h handler) {
	r.needs[method+" "+describedPath(path)] = n
	if method == http.MethodPost && !n.public {
		h = r.server.onlyOnce(h)
	}
	answer := r.server.handle(r.server.admitted(n, h))
	if r.deprecation != nil {
		answer = r.deprecation.announced(answer)
	}
	r.engine.Handle(method, path, answer)
}
