package api

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"vigie/inventory"
)

// RoleMap says whom the claims of an identity provider make of somebody. The first rule that holds counts; whom none holds
// for is nobody here.
type RoleMap struct {
	// Name is the claim by which people call a person; empty means name. It decides nothing.
	Name  string     `json:"name"`
	Rules []RoleRule `json:"rules"`
}

// RoleRule gives a role, and what goes with it, to those who have one of some values in a claim.
type RoleRule struct {
	// Claim is the name of a claim, or the path to it through objects, as realm_access.roles. It is a text or a list of texts.
	Claim string `json:"claim"`
	// Values are compared to the letter.
	Values []string       `json:"values"`
	Role   inventory.Role `json:"role"`
	// Holder, Departments, Mandates and Scopes are as those of an account.
	Holder      inventory.ID        `json:"holder"`
	Departments []string            `json:"departments"`
	Mandates    []inventory.Mandate `json:"mandates"`
	Scopes      []inventory.Scope   `json:"scopes"`
}

// ReadRoles reads a RoleMap, written as YAML or JSON, and checks it: every fault is told at once, in an
// *inventory.InvalidError, except where the text is no YAML.
func ReadRoles(text []byte) (RoleMap, error) {
	var roles RoleMap
	asJSON, err := yaml.YAMLToJSON(text)
	if err != nil {
		return roles, fmt.Errorf("not YAML: %w", err)
	}
	if err := Decode(asJSON, &roles); err != nil {
		return roles, err
	}
	return roles, roles.Check()
}

// Check returns nil or an *inventory.InvalidError with every fault.
func (m RoleMap) Check() error {
	var faults []inventory.Fault
	if len(m.Rules) == 0 {
		faults = append(faults, inventory.Fault{Field: "rules", Reason: "are missing: nobody would have a role"})
	}
	first := map[[2]string]int{}
	for i, rule := range m.Rules {
		for _, fault := range rule.faults() {
			fault.Field = fmt.Sprintf("rules[%d].%s", i, fault.Field)
			faults = append(faults, fault)
		}
		for j, value := range rule.Values {
			field := fmt.Sprintf("rules[%d].values[%d]", i, j)
			pair := [2]string{rule.Claim, value}
			if before, taken := first[pair]; taken {
				faults = append(faults, inventory.Fault{Field: field, Reason: fmt.Sprintf("%q is in rules[%d] already, which counts", value, before)})
				continue
			}
			first[pair] = i
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return &inventory.InvalidError{Faults: faults}
}

func (r RoleRule) faults() (faults []inventory.Fault) {
	if r.Claim == "" {
		faults = append(faults, inventory.Fault{Field: "claim", Reason: "is missing"})
	}
	if len(r.Values) == 0 || slices.Contains(r.Values, "") {
		faults = append(faults, inventory.Fault{Field: "values", Reason: "are missing, or one is empty"})
	}
	return append(faults, r.rights().RightsFaults()...)
}

// rights are a session's, whose person is not known yet.
func (r RoleRule) rights() inventory.Session {
	return inventory.Session{
		Role: r.Role, Holder: r.Holder, Departments: r.Departments, Mandates: r.Mandates, Scopes: r.Scopes,
	}
}

// Holders are those that the rules name, in their order.
func (m RoleMap) Holders() []inventory.ID {
	var holders []inventory.ID
	for _, rule := range m.Rules {
		named := []inventory.ID{rule.Holder}
		for _, mandate := range rule.Mandates {
			named = append(named, mandate.Holders...)
		}
		for _, holder := range named {
			if holder != "" && !slices.Contains(holders, holder) {
				holders = append(holders, holder)
			}
		}
	}
	return holders
}

// of gives the rights of somebody with these claims; ok is false for those without a role.
func (m RoleMap) of(c claims) (rights inventory.Session, ok bool) {
	for _, rule := range m.Rules {
		if slices.ContainsFunc(c.texts(rule.Claim), func(value string) bool { return slices.Contains(rule.Values, value) }) {
			rights = rule.rights()
			name := m.Name
			if name == "" {
				name = "name"
			}
			if names := c.texts(name); len(names) == 1 {
				rights.Name = names[0]
			}
			return rights, true
		}
	}
	return rights, false
}

// claims are what a token says of its subject.
type claims map[string]any

// texts are the values of a claim that is a text or a list of texts, by its name or by the path to it.
func (c claims) texts(path string) []string {
	switch value := c.at(path).(type) {
	case string:
		return []string{value}
	case []any:
		var all []string
		for _, one := range value {
			if text, ok := one.(string); ok {
				all = append(all, text)
			}
		}
		return all
	}
	return nil
}

// at finds a claim. Names may have dots in them, as addresses do: the whole is looked for first.
func (c claims) at(path string) any {
	if value, there := c[path]; there {
		return value
	}
	first, rest, deeper := strings.Cut(path, ".")
	inner, isObject := c[first].(map[string]any)
	if !deeper || !isObject {
		return nil
	}
	return claims(inner).at(rest)
}
