package api

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

const changesPath = "/api/v1/changes"

// ChangesPage is a part of the feed of changes.
type ChangesPage struct {
	Items []inventory.ToldChange `json:"items"`
	// Next is the cursor from which the feed goes on; it is there on every page, for since.
	Next string `json:"next" example:"kq3v0Yx2JrgwMTkzYTVkMg"`
	// More tells that something may be there already; otherwise ask again later, or with wait.
	More bool `json:"more"`
}

const (
	// longestWait is how long a request may wait for changes, s.
	longestWait = 30
	// waitStep is how often it looks.
	waitStep = 250 * time.Millisecond
	// waitMargin is what is left of the time of a request for its answer.
	waitMargin = time.Second
)

func (s *server) changeRoutes(r routes) {
	r.get(changesPath, toRead("changes"), s.listChanges)
	s.subscriptionRoutes(r)
}

// listChanges gives a part of the feed.
//
//	@Summary		Follow what changes
//	@Description	Each change of a record that the caller may read, or could before it, as it was and as it is, in the order of the
//	@Description	journal. Without since it gives no items and the cursor of this moment: keep it, read the lists, then follow the
//	@Description	feed from it. A record that leaves what the caller may read is told as deleted. Of studies the identifier is told.
//	@Description	Secret fields are in no change. A change of what the caller may read (a role, a mandate, a convention) is 410: read
//	@Description	the lists again.
//	@Tags			changes
//	@Produce		json
//	@Param			since		query		string	false	"next of the page before; without it, from this moment on"
//	@Param			limit		query		integer	false	"Most items of the page"						default(100)	minimum(1)	maximum(1000)
//	@Param			kind		query		string	false	"Kinds of record; a comma means any of"			example(cameras,areas)
//	@Param			bbox		query		string	false	"minLon,minLat,maxLon,maxLat: records that were or are there"	example(3.8,43.5,4,43.7)
//	@Param			wait		query		integer	false	"Seconds to wait for the first change"			default(0)	minimum(0)	maximum(30)
//	@Param			X-Reason	header		string	false	"Why it is read; experts and prefectures must say it"	example(contrôle 2026)
//	@Success		200			{object}	ChangesPage
//	@Failure		400,401,403,404,406,428,429,503	{object}	Problem
//	@Failure		410			{object}	Problem	"Read the lists again: what was before is not kept, or you may read something else now"
//	@Router			/api/v1/changes [get]
func (s *server) listChanges(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	q, since, wait, err := readChanges(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	if since == nil {
		at, err := inventory.FeedEnd(ctx, s.config.Store)
		if err != nil {
			return feedError(err)
		}
		return ok(c, ChangesPage{Items: []inventory.ToldChange{}, Next: sealCursor(changesPath, inventory.ID(at.String()))})
	}
	if end, bounded := ctx.Deadline(); bounded {
		wait = min(wait, time.Until(end)-waitMargin)
	}
	for until := time.Now().Add(wait); ; {
		page, err := inventory.ReadFeed(ctx, s.config.Store, *since, q)
		if err != nil {
			return feedError(err)
		}
		left := time.Until(until)
		if len(page.Items) > 0 || page.More || left <= 0 {
			return ok(c, ChangesPage{Items: page.Items, Next: sealCursor(changesPath, inventory.ID(page.Next.String())), More: page.More})
		}
		since = &page.Next
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(waitStep, left)):
		}
	}
}

// readChanges reads the parameters. since is nil when it is not given.
func readChanges(c *gin.Context) (q inventory.ChangeQuery, since *inventory.FeedPosition, wait time.Duration, err error) {
	p := readParams(c)
	q.Limit = p.number("limit", defaultLimit, maxLimit)
	q.Kinds = p.wordsAmong("kind", inventory.ChangeKinds()...)
	q.Area = p.box("bbox")
	if text, given := p.text("wait"); given {
		seconds, err := strconv.Atoi(text)
		if err != nil || seconds < 0 || seconds > longestWait {
			p.fault("wait", "%q is not a whole number of seconds between 0 and %d", text, longestWait)
		}
		wait = time.Duration(seconds) * time.Second
	}
	if text, given := p.text("since"); given {
		opened, sound := openCursor(changesPath, text)
		at, parsed := inventory.ParseFeedPosition(string(opened))
		if !sound || !parsed {
			p.fault("since", "is not a cursor that this feed gave")
		}
		since = &at
	}
	return q, since, wait, p.done()
}

// feedError tells the errors of the feed as problems.
func feedError(err error) error {
	switch {
	case errors.Is(err, inventory.ErrFeedBroken):
		return refuse(kindSyncAgain, "%s: take a new cursor (no since), read the lists, then follow the feed from it", inventory.ErrFeedBroken)
	case errors.Is(err, inventory.ErrNoFeed):
		return refuse(kindNotFound, "no changes are kept here: a server with --access keys keeps them")
	}
	return err
}

// mustExplain tells a caller who must say why it reads.
func mustExplain(caller inventory.Caller) bool {
	return slices.Contains([]inventory.Role{inventory.RoleExpert, inventory.RolePrefecture}, caller.Role)
}
