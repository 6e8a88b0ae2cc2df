package api

import (
	"slices"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

const journalPath = "/api/v1/journal"

// reasonHeader says why a record is read; experts and prefectures must say it.
const reasonHeader = "X-Reason"

// mostReason and mostWhat bound what a client writes into the journal, bytes.
const mostReason, mostWhat = 500, 2000

// journal serves the lines of the journal.
func (s *server) journal() *resource[inventory.Entry] {
	return &resource[inventory.Entry]{
		server: s,
		path:   journalPath,
		shelf:  s.config.Store.Journal(),
		filters: filters{
			attrs: []inventory.Attr{inventory.AttrHolder, inventory.AttrCategory, inventory.AttrStatus, inventory.AttrUpdated},
			names: map[inventory.Attr]string{inventory.AttrHolder: "account", inventory.AttrCategory: "kind", inventory.AttrStatus: "deed"},
		},
	}
}

func (s *server) journalRoutes(r routes) { r.get(journalPath, toRead("journal"), s.listJournal) }

// listJournal gives one page of the journal, the oldest lines first.
//
//	@Summary		Read the journal
//	@Description	Who wrote or read what, when and why, in the order in which it was done. Each line has the hash of the one before.
//	@Tags			journal
//	@Produce		json
//	@Param			account			query		string	false	"Accounts; a comma means any of"						example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
//	@Param			kind			query		string	false	"Kinds of record"										example(cameras)
//	@Param			deed			query		string	false	"create, update, delete, put, read, sign_in, sign_out, undone, confirm, purge"		example(read)
//	@Param			updatedFrom		query		string	false	"Done at this moment (RFC 3339) or day, or later"		example(2026-01-01)
//	@Param			updatedBefore	query		string	false	"Done before this moment or day"						example(2027-01-01)
//	@Param			limit			query		integer	false	"Most items of the page"								default(100)	minimum(1)	maximum(1000)
//	@Param			cursor			query		string	false	"next of the page before"
//	@Success		200				{object}	Page[inventory.Entry]
//	@Header			200				{string}	Link	"The next page, rel=next (RFC 8288)"
//	@Failure		400,401,403,406,503	{object}	Problem
//	@Router			/api/v1/journal [get]
func (s *server) listJournal(c *gin.Context) error { return s.journal().list(c) }

// isSensitive tells kinds whose reading is a line of the journal: where cameras are, what they see and what they do not, and what
// is said of that.
func isSensitive(kind string) bool {
	return slices.Contains([]string{"cameras", "deployments", "assessments", "audits", "answers", "recommendations", "accounts", "changes"}, kind)
}

// isStudy tells kinds whose writing computes: the answer gives away as much as what is read.
func isStudy(kind string) bool {
	return slices.Contains([]string{"assessments", "audits", "answers", "recommendations"}, kind)
}

// whatOf is the address that a request asks for, as the journal tells it.
func whatOf(c *gin.Context) string {
	return cut(c.Request.Method+" "+c.Request.URL.RequestURI(), mostWhat)
}

// reasonOf is why a client asks. Headers have no charset: what is not UTF-8 is ISO 8859-1, as clients on Windows send it.
func reasonOf(c *gin.Context) string {
	text := c.GetHeader(reasonHeader)
	if utf8.ValidString(text) {
		return text
	}
	runes := make([]rune, len(text))
	for i := range len(text) {
		runes[i] = rune(text[i])
	}
	return string(runes)
}

// cut is a text of so many bytes at most.
func cut(text string, most int) string { return text[:min(len(text), most)] }

// line is what the journal tells of reading records of a kind, nil for nothing. Some must say why they read.
func (s *server) line(c *gin.Context, caller inventory.Caller, kind string) (*inventory.Entry, error) {
	if s.config.Journal == nil || !isSensitive(kind) {
		return nil, nil //nolint:nilnil // no line
	}
	reason := reasonOf(c)
	explains := caller.Role == inventory.RoleExpert || caller.Role == inventory.RolePrefecture
	switch {
	case len(reason) > mostReason:
		return nil, refuse(kindInvalidRequest, "%s has more than %d bytes", reasonHeader, mostReason)
	case reason == "" && explains:
		return nil, refuse(kindReasonRequired, "say why, with %s: it is written into the journal", reasonHeader)
	case s.config.SilentReads && !explains:
		return nil, nil //nolint:nilnil // no line
	}
	return &inventory.Entry{
		Account: caller.Account, Role: caller.Role, Deed: inventory.DeedRead, Kind: kind,
		Record: inventory.ID(c.Param("id")), What: caller.What, Reason: reason,
	}, nil
}
