package api

import (
	"context"
	"errors"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// askerOf is who asks, as a job remembers it.
func askerOf(c *gin.Context, caller inventory.Caller) inventory.JobAsker {
	asker := inventory.JobAsker{Account: caller.Account, What: caller.What, Reason: caller.Reason}
	switch known, _ := c.Value(stayKey).(stay); known.by {
	case bySession:
		asker.Session = known.session
	case byToken:
		asker.Role, asker.Holder, asker.Departments = caller.Role, caller.Holder, caller.Departments
		asker.Mandates, asker.Scopes = caller.Mandates, caller.Scopes
	}
	return asker
}

// tokenJobs is how long after it was asked for a job with the rights of a token may begin: the provider is not asked again
// whether the person still has them.
const tokenJobs = 24 * time.Hour

// errNoMore says that who asked for a job may not any more.
var errNoMore = &refusal{kind: kindForbidden, detail: "who asked for this job is not let in any more"}

// callerOf is who asked for a job, with the rights of today.
func (j *jobs) callerOf(ctx context.Context, job inventory.Job) (inventory.Caller, error) {
	caller, err := j.rightsOf(ctx, job)
	if errors.Is(err, inventory.ErrNotFound) {
		err = errNoMore
	}
	caller.What, caller.Reason = job.Asker.What, job.Asker.Reason
	return caller, err
}

func (j *jobs) rightsOf(ctx context.Context, job inventory.Job) (inventory.Caller, error) {
	s, asker := j.server, job.Asker
	today, now := s.today(), s.config.Now()
	switch {
	case s.config.Accounts == nil:
		return inventory.LocalCaller(), nil
	case asker.Session != "":
		return j.rightsOfSession(ctx, asker.Session)
	case asker.Role != "":
		if s.people == nil || now.Sub(job.CreatedAt.Time) > tokenJobs {
			return inventory.Caller{}, errNoMore
		}
		return asker.Caller(today), nil
	case asker.Account == "": // of a time when nobody had to say who he is
		return inventory.Caller{}, errNoMore
	}
	account, err := s.config.Accounts.Get(ctx, asker.Account)
	if err == nil && !account.Usable(today) {
		err = errNoMore
	}
	return account.Caller(today), err
}

func (j *jobs) rightsOfSession(ctx context.Context, id inventory.ID) (inventory.Caller, error) {
	if j.server.people == nil {
		return inventory.Caller{}, errNoMore
	}
	session, err := j.server.people.Sessions.Get(ctx, id)
	if err == nil && !session.Lives(j.server.config.Now()) {
		err = errNoMore
	}
	return session.Caller(j.server.today()), err
}
