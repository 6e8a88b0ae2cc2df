package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"vigie/geo"
	"vigie/inventory"
)

const problemType = "application/problem+json"

// Problem says why a request was not answered, after RFC 9457.
type Problem struct {
	// Type tells the kind of problem, and is the address of a page about it. It is stable: decide on it, not on the texts.
	Type   string `json:"type" example:"/problems/invalid-content"`
	Title  string `json:"title" example:"The content is not valid"`
	Status int    `json:"status" example:"422"`
	Detail string `json:"detail,omitempty" example:"2 faults"`
	// Instance is the path that was asked for.
	Instance string `json:"instance,omitempty" example:"/api/v1/cameras"`
	// RequestID finds the request in the server's log.
	RequestID string `json:"requestId" example:"0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f"`
	// Errors lists every fault found.
	Errors []Fault `json:"errors,omitempty"`
	// Constraint names what stands in the way of a plan.
	Constraint string `json:"constraint,omitempty" example:"number of cameras"`
	// ViolatedPolicies are the quotas that are used up (draft-ietf-httpapi-ratelimit-headers-11, section 5.1).
	ViolatedPolicies []string `json:"violated-policies,omitempty" example:"account"`
	// Candidates are the coordinate systems in which the file would fall in France.
	Candidates []Candidate `json:"candidates,omitempty"`
}

// Fault is one thing wrong with a request.
type Fault struct {
	// In is body, query or header.
	In string `json:"in" example:"body" enums:"body,query,header"`
	// Field is the name of the parameter, or the path of the field in the body.
	Field string `json:"field,omitempty" example:"heads[0].hfovDeg"`
	// Pointer is the JSON Pointer (RFC 6901) of the field in the body.
	Pointer string `json:"pointer,omitempty" example:"/heads/0/hfovDeg"`
	Reason  string `json:"reason" example:"400 is not between 0.1 and 360 °"`
	// phrase is the reason before it was said in English; empty where that is not known.
	phrase phrase
}

// Candidate is a coordinate system that a file may be in.
type Candidate struct {
	Code      string `json:"code" example:"EPSG:2154"`
	Name      string `json:"name" example:"RGF93 / Lambert-93"`
	Territory string `json:"territory,omitempty"`
}

// kind is the last part of a problem's type.
type kind string

const (
	kindInvalidRequest       kind = "invalid-request"
	kindUnauthenticated      kind = "unauthenticated"
	kindForbidden            kind = "forbidden"
	kindCrossOrigin          kind = "cross-origin"
	kindNotFound             kind = "not-found"
	kindMethodNotAllowed     kind = "method-not-allowed"
	kindNotAcceptable        kind = "not-acceptable"
	kindAlreadyExists        kind = "already-exists"
	kindEnded                kind = "ended"
	kindUnderWay             kind = "under-way"
	kindStale                kind = "stale"
	kindTooLarge             kind = "too-large"
	kindUnsupportedMediaType kind = "unsupported-media-type"
	kindMisdirected          kind = "misdirected"
	kindInvalidContent       kind = "invalid-content"
	kindUnknownPlace         kind = "unknown-place"
	kindUnknownSubject       kind = "unknown-subject"
	kindCRSNeeded            kind = "crs-needed"
	kindUnreadableFile       kind = "unreadable-file"
	kindNoPlan               kind = "no-plan"
	kindKeyReused            kind = "key-reused"
	kindPreconditionRequired kind = "precondition-required"
	kindReasonRequired       kind = "reason-required"
	kindTooManyRequests      kind = "too-many-requests"
	kindCancelled            kind = "cancelled"
	kindInternal             kind = "internal"
	kindNotReady             kind = "not-ready"
	kindNoRoom               kind = "no-room"
	kindSyncAgain            kind = "sync-again"
)

// statusClientClosedRequest is no registered status: nobody is there to read it, it only shows in the log.
const statusClientClosedRequest = 499

// meaning is the status of a kind of problem, and its title in English and in French.
func (k kind) meaning() (status int, title, titre string) {
	switch k {
	case kindInvalidRequest:
		return http.StatusBadRequest, "The request cannot be understood", "La requête ne se comprend pas"
	case kindUnauthenticated:
		return http.StatusUnauthorized, "It is not known who asks", "On ne sait pas qui demande"
	case kindForbidden:
		return http.StatusForbidden, "This is not for you", "Ceci n’est pas pour vous"
	case kindCrossOrigin:
		return http.StatusForbidden, "The request comes from another web site", "La requête vient d’un autre site web"
	case kindNotFound:
		return http.StatusNotFound, "There is nothing at this address", "Il n’y a rien à cette adresse"
	case kindMethodNotAllowed:
		return http.StatusMethodNotAllowed, "This address does not take this method", "Cette adresse n’admet pas cette méthode"
	case kindNotAcceptable:
		return http.StatusNotAcceptable, "There is no answer in an accepted format", "Il n’y a pas de réponse dans un format accepté"
	case kindAlreadyExists:
		return http.StatusConflict, "A record with this identifier exists", "Une fiche de cet identifiant existe"
	case kindUnderWay:
		return http.StatusConflict, "The same request is under way", "La même demande est en cours"
	case kindEnded:
		return http.StatusConflict, "It has ended", "C’est terminé"
	case kindStale:
		return http.StatusPreconditionFailed, "The record is not in the state you expect", "La fiche n’est pas dans l’état attendu"
	case kindSyncAgain:
		return http.StatusGone, "The feed does not tell what was before", "Le fil ne dit plus ce qui était avant"
	case kindTooLarge:
		return http.StatusRequestEntityTooLarge, "Too large to be read or kept", "Trop volumineux pour être lu ou gardé"
	case kindUnsupportedMediaType:
		return http.StatusUnsupportedMediaType, "The body is in a format that is not read here", "Le corps est dans un format qui ne se lit pas ici"
	case kindMisdirected:
		return http.StatusMisdirectedRequest, "This server does not answer for this host name", "Ce serveur ne répond pas sous ce nom"
	case kindInvalidContent:
		return http.StatusUnprocessableEntity, "The content is not valid", "Le contenu n’est pas valide"
	case kindUnknownPlace:
		return http.StatusUnprocessableEntity, "The inventory does not know this area or commune", "L’inventaire ne connaît pas cette zone ou cette commune"
	case kindUnknownSubject:
		return http.StatusUnprocessableEntity,
			"There is no such record to be judged, or to be compared with", "Il n’y a pas de telle fiche à juger ou à comparer"
	case kindCRSNeeded:
		return http.StatusUnprocessableEntity, "The coordinate system must be named", "Le système de coordonnées doit être nommé"
	case kindUnreadableFile:
		return http.StatusUnprocessableEntity, "The file cannot be imported", "Le fichier ne peut être importé"
	case kindNoPlan:
		return http.StatusUnprocessableEntity, "No plan keeps this constraint", "Aucun plan ne respecte cette contrainte"
	case kindKeyReused:
		return http.StatusUnprocessableEntity, "The key came with another request", "La clé a servi à une autre demande"
	case kindPreconditionRequired:
		return http.StatusPreconditionRequired, "The change must say which state it is based on", "Le changement doit dire sur quel état il se fonde"
	case kindReasonRequired:
		return http.StatusPreconditionRequired, "Reading this must be accounted for", "Il faut dire pourquoi on lit"
	case kindTooManyRequests:
		return http.StatusTooManyRequests, "More is asked than one caller may ask", "On demande plus qu’il n’est permis"
	case kindCancelled:
		return statusClientClosedRequest, "The client went away", "Le client est parti"
	case kindNotReady:
		return http.StatusServiceUnavailable, "The service is not ready", "Le service n’est pas prêt"
	case kindNoRoom:
		return http.StatusInsufficientStorage, "The store has no room left", "La base n’a plus de place" // RFC 4918, section 11.5
	default:
		return http.StatusInternalServerError, "Internal error", "Erreur interne"
	}
}

// refusal is an error of the API itself, whose text a client may read.
type refusal struct {
	kind   kind
	detail string
	phrase phrase // the detail before it was said in English; empty for one without values
	faults []Fault
	// policies are the quotas that are used up.
	policies []string
	cause    error // for the log only
}

func (r *refusal) Error() string {
	if r.cause != nil {
		return fmt.Sprintf("%s: %s: %v", r.kind, r.detail, r.cause)
	}
	return fmt.Sprintf("%s: %s", r.kind, r.detail)
}

func (r *refusal) Unwrap() error { return r.cause }

var (
	errNoRoute = &refusal{kind: kindNotFound, detail: "no such address; the addresses are listed at /openapi.json"}
	errNoMatch = &refusal{kind: kindPreconditionRequired, detail: "send If-Match with the ETag that was read last"}
)

func refuse(k kind, detail string, args ...any) error {
	return &refusal{kind: k, detail: fmt.Sprintf(detail, args...), phrase: phrase{detail, args}}
}

// exhausted refuses what a quota has no more room for.
func exhausted(policy, detail string, args ...any) error {
	return &refusal{
		kind: kindTooManyRequests, detail: fmt.Sprintf(detail, args...), phrase: phrase{detail, args}, policies: []string{policy},
	}
}

// refuseFaults is nil when there is no fault.
func refuseFaults(faults []Fault) error {
	if len(faults) == 0 {
		return nil
	}
	return &refusal{kind: kindInvalidRequest, detail: count(len(faults), "fault"), faults: faults}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// problem translates an error. It is the only place that knows which status an error has; the text of an error it does
// not know never leaves it.
func problem(err error) Problem {
	var (
		refused   *refusal
		invalid   *inventory.InvalidError
		violation *geo.Violation
		binding   *geo.BindingError
		tooLarge  *http.MaxBytesError
		needsCRS  *inventory.CRSNeededError
		file      *inventory.FileError
	)
	switch {
	case errors.As(err, &refused):
		p := newProblem(refused.kind, refused.detail)
		p.Errors, p.ViolatedPolicies = refused.faults, refused.policies
		return p
	case errors.As(err, &tooLarge):
		return newProblem(kindTooLarge, fmt.Sprintf("at most %d bytes are read here", tooLarge.Limit))
	case errors.As(err, &invalid):
		p := newProblem(kindInvalidContent, count(len(invalid.Faults), "fault"))
		p.Errors = bodyFaults(invalid.Faults)
		return p
	case errors.As(err, &binding):
		p := newProblem(kindNoPlan, binding.Error())
		p.Constraint = string(binding.Constraint)
		return p
	case errors.As(err, &needsCRS):
		return crsNeeded(needsCRS)
	case errors.As(err, &file):
		return newProblem(kindUnreadableFile, file.Error())
	case errors.As(err, &violation):
		return newProblem(kindInvalidContent, violation.Error())
	case errors.Is(err, geo.ErrTooLarge):
		return newProblem(kindInvalidContent, geo.ErrTooLarge.Error())
	case errors.Is(err, inventory.ErrNotFound):
		return newProblem(kindNotFound, "no record has this identifier")
	case errors.Is(err, inventory.ErrSealed):
		return newProblem(kindForbidden, "the secret fields of this record are encrypted with a key that the server was not given: leave them out")
	case errors.Is(err, inventory.ErrForbidden):
		return newProblem(kindForbidden, "your role, your holder or your scopes do not allow it")
	case errors.Is(err, inventory.ErrExists):
		return newProblem(kindAlreadyExists, "read it, then replace it with PUT and If-Match")
	case errors.Is(err, inventory.ErrConflict):
		return newProblem(kindStale, "it changed since you read it: read it again, then decide")
	case errors.Is(err, inventory.ErrTooLarge):
		return newProblem(kindTooLarge, inventory.ErrTooLarge.Error())
	case errors.Is(err, inventory.ErrFull):
		return newProblem(kindNoRoom, "nothing was stored: there is no room left; try again when the operator has made some")
	case errors.Is(err, inventory.ErrUnavailable):
		return newProblem(kindNotReady, "the store does not answer; try again later")
	case errors.Is(err, context.DeadlineExceeded):
		return newProblem(kindNotReady, "there was no answer in time; try again later")
	case errors.Is(err, context.Canceled):
		return newProblem(kindCancelled, "")
	}
	return newProblem(kindInternal, "internal error; the request id finds the cause in the server's log")
}

func newProblem(k kind, detail string) Problem {
	status, title, _ := k.meaning()
	return Problem{Type: problemsPath + "/" + string(k), Title: title, Status: status, Detail: detail}
}

func crsNeeded(err *inventory.CRSNeededError) Problem {
	p := newProblem(kindCRSNeeded, fmt.Sprintf(
		"coordinates such as %.10g, %.10g (row %d) are not degrees, and the file names no coordinate system: name one with the parameter crs",
		err.At[0], err.At[1], err.Line))
	for _, crs := range err.Candidates {
		p.Candidates = append(p.Candidates, Candidate{Code: crs.Code, Name: crs.Name, Territory: crs.Territory})
	}
	return p
}

func bodyFaults(faults []inventory.Fault) []Fault {
	out := make([]Fault, len(faults))
	for i, f := range faults {
		out[i] = Fault{In: "body", Field: f.Field, Pointer: pointer(f.Field), Reason: f.Reason}
	}
	return out
}

// pointer is the JSON Pointer of a field path: heads[0].hfovDeg is /heads/0/hfovDeg.
func pointer(field string) string {
	if field == "" {
		return ""
	}
	return "/" + strings.NewReplacer("[", "/", "].", "/", "]", "", ".", "/").Replace(field)
}

// retryAfterS is when to ask again a store that does not answer, or when a study of one's own may have ended, seconds (RFC 9110,
// section 10.2.3).
const retryAfterS = "5"

// fail answers with a problem and logs the cause of an internal error.
func (s *server) fail(c *gin.Context, err error) {
	p := problem(err)
	p.Instance = c.Request.URL.Path
	p.RequestID = requestID(c)
	if p.Status >= http.StatusInternalServerError {
		s.log.ErrorContext(c.Request.Context(), "request failed",
			slog.String("requestId", p.RequestID), slog.String("path", p.Instance), slog.Any("error", err))
	}
	c.Abort()
	if c.Writer.Written() {
		return
	}
	p, languages := localised(p, err, languageOf(c, english))
	c.Header("Content-Language", languages)
	switch p.Status {
	case http.StatusServiceUnavailable, http.StatusInsufficientStorage, http.StatusTooManyRequests:
		if c.Writer.Header().Get("Retry-After") == "" {
			c.Header("Retry-After", retryAfterS)
		}
	case http.StatusUnauthorized:
		c.Header("WWW-Authenticate", `Bearer realm="vigie"`) // RFC 6750, section 3
	}
	text, err := json.Marshal(p)
	if err != nil {
		text = []byte(`{"type":"/problems/internal","title":"Internal error","status":500}`)
	}
	c.Data(p.Status, problemType, text)
}
