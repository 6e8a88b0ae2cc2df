package cql

// all holds when each of its parts does.
type all []predicate

func (a all) check(properties Queryables) error { return checkEach(a, properties) }

func (a all) holds(record Values) truth {
	least := yes
	for _, part := range a {
		if least = min(least, part.holds(record)); least == no {
			break
		}
	}
	return least
}

func (a all) terms() (terms []Term, whole bool) {
	whole = true
	for _, part := range a {
		some, exact := part.terms()
		terms, whole = append(terms, some...), whole && exact
	}
	return terms, whole
}

// either holds when one of its parts does.
type either []predicate

func (e either) check(properties Queryables) error { return checkEach(e, properties) }

func (e either) holds(record Values) truth {
	most := no
	for _, part := range e {
		if most = max(most, part.holds(record)); most == yes {
			break
		}
	}
	return most
}

// terms of alternatives are known when they are all about the same property.
func (e either) terms() ([]Term, bool) {
	var joined Term
	for i, part := range e {
		terms, whole := part.terms()
		if !whole || len(terms) != 1 || len(terms[0].In) == 0 || i > 0 && terms[0].Property != joined.Property {
			return nil, false
		}
		joined.Property, joined.In = terms[0].Property, append(joined.In, terms[0].In...)
	}
	return []Term{joined}, true
}

func checkEach(parts []predicate, properties Queryables) error {
	for _, part := range parts {
		if err := part.check(properties); err != nil {
			return err
		}
	}
	return nil
}

// negation holds when its part does not.
type negation struct {
	opaque
	of predicate
}

func (n negation) check(properties Queryables) error { return n.of.check(properties) }
func (n negation) holds(record Values) truth         { return yes - n.of.holds(record) }

// asserted is an operand that is itself true or false.
type asserted struct {
	opaque
	of operand
}

func (a asserted) check(properties Queryables) error {
	return expect(properties, a.of, "a condition", Boolean)
}

func (a asserted) holds(record Values) truth {
	if holds, known := a.of.value(record).(bool); known {
		return truthOf(holds)
	}
	return unknown
}
