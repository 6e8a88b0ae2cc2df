package advisory

import (
	"context"
	"fmt"
	"slices"

	"vigie/inventory"
)

// Audit judges a deployment, a holder, an area or a commune by the rules in force on a day. It stores nothing, and leaves
// the provenance to whoever stores it. The same request on the same records, book and software gives the same bytes, and
// the same identifier.
//
// Errors: the request's faults are an *inventory.InvalidError, a subject that is not in the store is ErrNotFound.
//
// Audit is Gather, then Judge: whoever wants the verdicts of two books, or of many subjects, calls those.
func (a Advisor) Audit(ctx context.Context, request inventory.AuditRequest) (inventory.Audit, error) {
	sessions, err := a.Book.Sessions(request)
	if err != nil {
		return inventory.Audit{}, err
	}
	const steps = 2
	a.begin("gather", 0, steps)
	dossier, err := a.Gather(ctx, request)
	if err != nil {
		return inventory.Audit{}, err
	}
	a.begin("judge", 1, steps)
	return dossier.Judge(sessions...)
}

// Sessions opens the book on the day of a request: by the scale it asks for, then by its other scales. A session serves
// all requests of the same day and scales. The error is an *inventory.InvalidError with every fault of the request.
func (b *Book) Sessions(request inventory.AuditRequest) ([]*Session, error) {
	faults := ownFaults(request.Validate())
	scales := append([]string{request.Scale}, request.AlsoScales...)
	for i, id := range scales {
		if _, known := b.Scale(id); known || i == 0 && id == "" {
			continue
		}
		field := "scale"
		if i > 0 {
			field = fmt.Sprintf("alsoScales[%d]", i-1)
		}
		reason := fmt.Sprintf("%q is not one of: %s", id, join(b.Scales, func(s Scale) string { return s.ID }))
		faults = append(faults, inventory.Fault{Field: field, Reason: reason})
	}
	if len(faults) > 0 {
		return nil, &inventory.InvalidError{Kind: "audit request", Faults: faults}
	}
	var sessions []*Session
	for i, id := range scales {
		session, err := b.On(request.At, id)
		if err != nil {
			return nil, err
		}
		if i == 0 || !slices.ContainsFunc(sessions, func(s *Session) bool { return s.scale == session.scale }) {
			sessions = append(sessions, session)
		}
	}
	return sessions, nil
}
