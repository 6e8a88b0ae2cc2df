package inventory

import "strings"

// Bound tells that there are records of a kind with which the caller may not do something. What such a caller may not see must
// not show itself by its identifier either, see [Caller.CheckName].
func (c Caller) Bound(action Action, kind string) bool { return !c.reach(action, kind).all }

// CheckName returns nil, or an *InvalidError when the caller may not choose this identifier for a new record of a kind.
//
// Identifiers are the same for everybody: a holder that could try any of them would learn which ones others have, by what is
// refused as taken. So whoever may change the records of one holder only chooses identifiers of that holder's own: the
// holder's, a colon, and a name without a colon, which no other holder's begin with. Whether such a record is there or not,
// any other identifier is refused alike, before the store is asked. Records that are there keep the identifiers that they have.
func (c Caller) CheckName(kind string, id ID) error {
	if kind == kindHolders || !c.Bound(Write, kind) {
		return nil // a holder's own record has one identifier, and may be nothing else: see own
	}
	holder, name, ok := cutLast(string(id))
	if ok && name != "" && holder == string(c.For()) {
		return nil
	}
	var f faults
	f.add("id", "must begin with the identifier of your holder and a colon, as %q, with no other colon after it; leave it out and one is made",
		string(c.For())+":1")
	return f.err(kind, id)
}

func cutLast(id string) (before, after string, found bool) {
	at := strings.LastIndexByte(id, ':')
	if at < 0 {
		return id, "", false
	}
	return id[:at], id[at+1:], true
}
