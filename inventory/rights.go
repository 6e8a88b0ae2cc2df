package inventory

// Rights are what the caller may do, with some records of a kind at least.
func (c Caller) Rights() []Scope {
	rights := []Scope{}
	for _, kind := range recordKinds() {
		for _, action := range []Action{Read, Write} {
			if c.May(action, kind.name) {
				rights = append(rights, ScopeOf(kind.name, action))
			}
		}
	}
	return rights
}
