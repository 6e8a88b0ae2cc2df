package inventory

import (
	"slices"

	"github.com/paulmach/orb"
)

// Who may read and change what is decided here and nowhere else. [Guard] puts it between a store and whoever uses it.

// kindAccounts and the others are names of kinds of record, see recordKinds.
const (
	kindHolders         = "holders"
	kindDeployments     = "deployments"
	kindCameras         = "cameras"
	kindAreas           = "areas"
	kindObstacles       = "obstacles"
	kindAssessments     = "assessments"
	kindAudits          = "audits"
	kindAnswers         = "answers"
	kindCandidates      = "candidates"
	kindRecommendations = "recommendations"
	kindEquipment       = "equipment"
	kindAccounts        = "accounts"
	kindSessions        = "sessions"
	kindConventions     = "conventions"
	kindJournal         = "journal"
	kindJobs            = "jobs"
	kindBlobs           = "blobs"
	kindChanges         = "changes"
	kindSubscriptions   = "subscriptions"
)

// reach is the part of a kind of record that a caller may read or change.
type reach struct {
	all bool
	// clauses are alternatives: a record is in reach when it meets one of them.
	clauses []clause
}

// clause is one way for a record to be in reach: by its key, its place and its attributes, as far as they are given.
type clause struct {
	keys  []ID
	where []Condition
	area  orb.Geometry
	// grade is how exactly the record is shown; empty is exact.
	grade Disclosure
}

// holds tells whether a record meets the clause, however exactly it is then shown.
func (c clause) holds(record Record) bool {
	if c.keys != nil && !slices.Contains(c.keys, record.Key()) {
		return false
	}
	return Query{Area: c.area, Where: c.where}.Matches(record)
}

// holds tells whether a record is in reach as it is.
func (r reach) holds(record Record) bool {
	return r.all || r.meets(record, "")
}

// meets tells whether a record meets a clause of a grade.
func (r reach) meets(record Record, grade Disclosure) bool {
	return slices.ContainsFunc(r.clauses, func(c clause) bool { return c.grade == grade && c.holds(record) })
}

// covering is a clause that whatever a query finds meets by what the query asks for, and that shows it as it is.
func (r reach) covering(q Query) (all clause, covered bool) {
	at := slices.IndexFunc(r.clauses, func(c clause) bool {
		return c.grade == "" && c.keys == nil && c.area == nil &&
			!slices.ContainsFunc(c.where, func(asked Condition) bool { return !asked.follows(q.Where) })
	})
	if at < 0 {
		return clause{}, false
	}
	return r.clauses[at], true
}

// graded is the part of the reach that has one of some grades, in the order of the grades.
func (r reach) graded(grades ...Disclosure) reach {
	kept := reach{all: r.all}
	for _, grade := range grades {
		for _, c := range r.clauses {
			if c.grade == grade {
				kept.clauses = append(kept.clauses, c)
			}
		}
	}
	return kept
}

func (r reach) none() bool { return !r.all && len(r.clauses) == 0 }

// May tells whether the caller may do something with some record of a kind, as "cameras".
func (c Caller) May(action Action, kind string) bool { return !c.reach(action, kind).none() }

// reach is what the caller may read or change of a kind.
func (c Caller) reach(action Action, kind string) reach {
	switch {
	case kind == kindJournal: // lines are written by the guard itself
		return reach{all: action == Read && (c.Role == RoleAdmin || c.Role == RoleAccessAuditor)}
	case kind == kindBlobs: // nobody but Vigie itself
		return reach{all: c.Role == RoleAdmin && c.Account == ""}
	case kind == kindChanges: // they are shown by ReadFeed, each as its records are
		return c.feed(action)
	case kind == kindSubscriptions:
		return c.subscriptions()
	case c.Role == RoleAdmin:
		return reach{all: true}
	case kind == kindJobs:
		return c.jobs(action)
	case kind == kindAccounts || kind == kindSessions || c.Role == RoleAccessAuditor:
		return reach{}
	case c.Role == RoleIntegrator:
		return c.integrating(action, kind)
	case action == Read && kind == kindConventions:
		return reach{clauses: append(c.own(kind), append(c.granted(kind), c.signed()...)...)}
	case action == Read:
		return reach{clauses: append(c.own(kind), append(c.granted(kind), common(kind)...)...)}
	}
	return reach{clauses: c.writable(kind)}
}

// integrating is what a program may do: what its scopes say, with the records of its holder when it has one.
func (c Caller) integrating(action Action, kind string) reach {
	switch {
	case !slices.Contains(c.Scopes, ScopeOf(kind, action)), action == Write && kind == kindConventions:
		return reach{}
	case c.Holder == "" && isStudy(kind): // what is not seen is for those who asked, not for a program
		return reach{clauses: c.own(kind)}
	case c.Holder == "":
		return reach{all: true}
	case kind == kindConventions:
		return reach{clauses: append(c.own(kind), c.signed()...)}
	case action == Write:
		return reach{clauses: c.own(kind)}
	}
	return reach{clauses: append(c.own(kind), common(kind)...)}
}

// own are the caller's own records: those of its holder, and the studies made for it.
func (c Caller) own(kind string) []clause {
	owner := c.For()
	switch {
	case owner == "" || isReference(kind):
		return nil
	case kind == kindHolders:
		return []clause{{keys: []ID{owner}}}
	}
	return []clause{{where: []Condition{{Attr: AttrHolder, In: []string{string(owner)}}}}}
}

// isStudy tells a kind that shows what cameras do not see.
func isStudy(kind string) bool { return kind == kindAssessments || kind == kindRecommendations }

// signed are the conventions that are with the caller.
func (c Caller) signed() []clause {
	parties := c.parties()
	if len(parties) == 0 {
		return nil
	}
	return []clause{{where: []Condition{{Attr: AttrDeployment, In: parties}}}}
}

// granted are the records of the caller's territories. A study shows gaps of all its perimeter, so a surface alone, which
// it may only touch, gives none.
func (c Caller) granted(kind string) []clause {
	var clauses []clause
	for _, m := range c.territories() {
		grade := gradeOf(m.Disclosure)
		if grade != "" && kind != kindCameras {
			continue
		}
		switch {
		case len(m.Holders) == 0:
		case kind == kindHolders:
			clauses = append(clauses, clause{keys: m.Holders})
		default:
			clauses = append(clauses, clause{where: []Condition{{Attr: AttrHolder, In: texts(m.Holders)}}, grade: grade})
		}
		if len(m.Departments) > 0 {
			clauses = append(clauses, clause{where: []Condition{{Attr: AttrDepartment, In: m.Departments}}, grade: grade})
		}
		if len(m.Area) > 0 && slices.Contains([]string{kindCameras, kindAreas, kindObstacles, kindCandidates}, kind) {
			clauses = append(clauses, clause{area: orb.MultiPolygon(m.Area), grade: grade})
		}
	}
	return clauses
}

// gradeOf is a grade as clauses have it: exact is empty.
func gradeOf(grade Disclosure) Disclosure {
	if grade == DisclosureExact {
		return ""
	}
	return grade
}

// common are the public references that everybody reads: where communes and streets are, buildings, street furniture, and what
// can be bought.
func common(kind string) []clause {
	if kind == kindAreas {
		public := []string{string(AreaCommune), string(AreaStreet)}
		return []clause{{where: []Condition{{Attr: AttrCategory, In: public}}}}
	}
	if isReference(kind) {
		return []clause{{}}
	}
	return nil
}

// isReference tells a kind that belongs to nobody.
func isReference(kind string) bool {
	return kind == kindObstacles || kind == kindCandidates || kind == kindEquipment
}

// writable is what a caller with a role that is not a program's may change.
func (c Caller) writable(kind string) []clause {
	switch c.Role {
	case RoleHolderEditor:
		return c.own(kind)
	case RoleExpert, RolePrefecture:
		switch kind {
		case kindAssessments, kindRecommendations:
			return c.own(kind)
		case kindAudits, kindAnswers:
			return append(c.own(kind), c.granted(kind)...)
		}
	case RoleAdmin, RoleHolderReader, RoleIntegrator, RoleAccessAuditor:
	}
	return nil
}

func texts(ids []ID) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	return all
}
