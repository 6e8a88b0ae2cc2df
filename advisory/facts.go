package advisory

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"

	"vigie/inventory"
)

// sees tells whether a rule on a kind of subject may ask for facts of another one: those of what the subject belongs to.
func sees(subject, other inventory.SubjectKind) bool {
	switch subject {
	case inventory.SubjectCamera:
		return other == inventory.SubjectHolder || other == inventory.SubjectDeployment || other == inventory.SubjectCamera
	case SubjectNeed:
		return other == SubjectNeed || other == SubjectProject
	case inventory.SubjectDeployment:
		return other == inventory.SubjectHolder || other == inventory.SubjectDeployment
	case inventory.SubjectHolder, inventory.SubjectArea, SubjectProject:
	}
	return subject == other
}

// FactType is what values a fact has.
type FactType string

// The types of facts, with the Go values of [Facts].
const (
	Flag   FactType = "bool"   // bool
	Whole  FactType = "int"    // int
	Number FactType = "double" // float64
	Text   FactType = "string" // string
	Day    FactType = "date"   // inventory.Date
	List   FactType = "list"   // []string
)

// Fact is something that can be known of a subject. Rules name it, and no other.
type Fact struct {
	// Name is as "authorisation.grantedOn": the path of the field in the record's JSON, with a short beginning.
	Name    string
	Type    FactType
	Subject inventory.SubjectKind
	// Unit is of the international system, "" when it has none.
	Unit  string
	Label inventory.Text
	// Words are all the values of a closed list, nil when any text will do.
	Words []string
	// From says where the value comes from.
	From inventory.Text

	// field is where a fact stands that is one of a record, value works any other out. Both are nil for those that only the
	// coverage engine gives.
	field func(*Case) reflect.Value
	value func(*Case) any
	// list is the type of Words.
	list reflect.Type
}

// Facts are what is known of one subject: values by the names of facts. A fact that is not there is unknown.
type Facts map[string]any

// Case is what an audit knows of one subject. The records that do not concern the subject are zero.
type Case struct {
	Holder     inventory.Holder
	Deployment inventory.Deployment
	// Cameras are all cameras of the deployment.
	Cameras []inventory.Camera
	// Camera and Head are the ones judged, of subject [inventory.SubjectCamera].
	Camera inventory.Camera
	Head   inventory.Head
	Area   inventory.Area
	// Need and Project are of recommendations, of subjects [SubjectNeed] and [SubjectProject].
	Need    inventory.Need
	Project inventory.Project
}

// usualFacts is how many facts are known of a subject, about.
const usualFacts = 64

// Facts are what the records of the case tell about a subject, and about what the subject belongs to.
func (c Case) Facts(subject inventory.SubjectKind) Facts {
	facts, table := make(Facts, usualFacts), factTable()
	for i := range table {
		if fact := &table[i]; sees(subject, fact.Subject) {
			if value := fact.of(&c); value != nil {
				facts[fact.Name] = value
			}
		}
	}
	return facts
}

// recorded tells whether records may tell the fact.
func (f *Fact) recorded() bool { return f.field != nil || f.value != nil }

// of is the value that the records of a case give the fact, nil when they do not tell.
func (f *Fact) of(c *Case) any {
	switch {
	case f.field != nil:
		return plainValue(f.field(c))
	case f.value != nil:
		return f.value(c)
	}
	return nil
}

// still tells that the records of a case give the fact the value that it has. Where it is false they may do so as well.
func (f *Fact) still(c *Case, value any) bool { return f.field != nil && readsAs(f.field(c), value) }

// factTable is every fact there is, in the order in which a reader wants them.
var factTable = sync.OnceValue(func() []Fact {
	return slices.Concat(holderFacts(), authorisationFacts(), pieceFacts(), deploymentFacts(), recordingFacts(), operationFacts(),
		networkFacts(), cameraFacts(), equipmentFacts(), headFacts(), imageFacts(), areaFacts(), needFacts(), projectFacts())
})

// AllFacts are the facts that rules may name.
func AllFacts() []Fact { return slices.Clone(factTable()) }

// factIndex gives the place of each fact in the table by its name.
var factIndex = sync.OnceValue(func() map[string]int {
	index := map[string]int{}
	for i, fact := range factTable() {
		index[fact.Name] = i
	}
	return index
})

// factNamed is the fact of a name, nil when there is none.
func factNamed(name string) *Fact {
	i, known := factIndex()[name]
	if !known {
		return nil
	}
	return &factTable()[i]
}

// root is a record, or a part of one, whose fields are facts under a short name.
type root struct {
	subject inventory.SubjectKind
	record  string          // where the part stands in the JSON of its record
	part    func(*Case) any // a pointer to it
}

func roots() map[string]root {
	return map[string]root{
		"holder":        {inventory.SubjectHolder, "holder", func(c *Case) any { return &c.Holder }},
		"deployment":    {inventory.SubjectDeployment, "deployment", func(c *Case) any { return &c.Deployment }},
		"authorisation": {inventory.SubjectDeployment, "deployment.authorisation", func(c *Case) any { return &c.Deployment.Authorisation }},
		"recording":     {inventory.SubjectDeployment, "deployment.recording", func(c *Case) any { return &c.Deployment.Recording }},
		"operation":     {inventory.SubjectDeployment, "deployment.operation", func(c *Case) any { return &c.Deployment.Operation }},
		"site":          {inventory.SubjectDeployment, "deployment.site", func(c *Case) any { return &c.Deployment.Site }},
		"link":          {inventory.SubjectDeployment, "deployment.link", func(c *Case) any { return &c.Deployment.Link }},
		"security":      {inventory.SubjectDeployment, "deployment.security", func(c *Case) any { return &c.Deployment.Security }},
		"analytics":     {inventory.SubjectDeployment, "deployment.analytics", func(c *Case) any { return &c.Deployment.Analytics }},
		"plateReading":  {inventory.SubjectDeployment, "deployment.plateReading", func(c *Case) any { return &c.Deployment.PlateReading }},
		"mobile":        {inventory.SubjectDeployment, "deployment.mobile", func(c *Case) any { return &c.Deployment.Mobile }},
		"camera":        {inventory.SubjectCamera, "camera", func(c *Case) any { return &c.Camera }},
		"mounting":      {inventory.SubjectCamera, "camera.mounting", func(c *Case) any { return &c.Camera.Mounting }},
		"device":        {inventory.SubjectCamera, "camera.device", func(c *Case) any { return &c.Camera.Device }},
		"head":          {inventory.SubjectCamera, "camera.heads[]", func(c *Case) any { return &c.Head }},
		"area":          {inventory.SubjectArea, "area", func(c *Case) any { return &c.Area }},
		"requirement":   {inventory.SubjectArea, "area.requirement", requirementPart},
		"need":          {SubjectNeed, "need", func(c *Case) any { return &c.Need }},
		"project":       {SubjectProject, "project", func(c *Case) any { return &c.Project }},
	}
}

func requirementPart(c *Case) any {
	if c.Area.Requirement == nil {
		return &inventory.Requirement{}
	}
	return c.Area.Requirement
}

// rows makes the facts of one root that are fields of its record. An entry is the path of the field, its unit, its
// French and its English label.
func rows(name string, entries [][4]string) []Fact {
	r := roots()[name]
	facts := make([]Fact, len(entries))
	for i, e := range entries {
		kind, find := fieldAt(reflect.TypeOf(r.part(&Case{})).Elem(), e[0])
		if kind == nil {
			continue
		}
		facts[i] = Fact{
			Name: name + "." + e[0], Subject: r.subject, Unit: e[1], Label: inventory.Text{FR: e[2], EN: e[3]},
			Type: factTypeOf(kind), Words: wordsOf(kind), list: elementOf(kind),
			From:  inventory.Text{FR: "champ " + r.record + "." + e[0], EN: "field " + r.record + "." + e[0]},
			field: func(c *Case) reflect.Value { return find(reflect.ValueOf(r.part(c)).Elem()) },
		}
	}
	return facts
}

// fieldAt finds a field by its path in JSON: its type without a pointer, and how to find it in the part. Both are nil when
// there is no such field, which the test of the table tells.
func fieldAt(part reflect.Type, path string) (kind reflect.Type, find func(reflect.Value) reflect.Value) {
	var steps []int
	kind = part
	for name := range strings.SplitSeq(path, ".") {
		i := slices.IndexFunc(reflect.VisibleFields(kind), func(f reflect.StructField) bool {
			tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			return tag == name
		})
		if i < 0 {
			return nil, nil
		}
		steps, kind = append(steps, i), kind.Field(i).Type
	}
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	return kind, func(v reflect.Value) reflect.Value {
		for _, i := range steps {
			v = v.Field(i)
		}
		return v
	}
}

// given is the value of a field without its pointer; known is false where nothing is said: for what is nil or empty.
func given(v reflect.Value) (value reflect.Value, known bool) {
	switch v.Kind() {
	case reflect.Pointer:
		return v.Elem(), !v.IsNil()
	case reflect.Slice, reflect.String:
		return v, v.Len() > 0
	}
	return v, !v.IsZero()
}

// readsAs tells whether [plainValue] of a field is a value, without making it.
func readsAs(v reflect.Value, value any) bool {
	v, known := given(v)
	if !known {
		return value == nil
	}
	switch was := value.(type) {
	case bool:
		return v.Kind() == reflect.Bool && v.Bool() == was
	case int:
		return v.Kind() == reflect.Int && v.Int() == int64(was)
	case float64:
		return v.Kind() == reflect.Float64 && math.Float64bits(v.Float()) == math.Float64bits(was)
	case string:
		return v.Kind() == reflect.String && v.String() == was
	case inventory.Date:
		return v.Kind() == reflect.String && v.String() == string(was)
	case []string:
		return v.Kind() == reflect.Slice && sameTexts(v, was)
	}
	return false
}

func sameTexts(v reflect.Value, texts []string) bool {
	if v.Len() != len(texts) {
		return false
	}
	for i, text := range texts {
		if v.Index(i).String() != text {
			return false
		}
	}
	return true
}

// plainValue is the value of a field as [Facts] have it; nil when it is unknown.
func plainValue(v reflect.Value) any {
	v, known := given(v)
	if !known {
		return nil
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Int:
		return int(v.Int())
	case reflect.Float64:
		return v.Float()
	case reflect.Slice:
		return textsOf(v)
	}
	if v.Type() == reflect.TypeFor[inventory.Date]() {
		return inventory.Date(v.String())
	}
	return v.String()
}

func textsOf(v reflect.Value) []string {
	texts := make([]string, v.Len())
	for i := range texts {
		texts[i] = v.Index(i).String()
	}
	return texts
}

func factTypeOf(kind reflect.Type) FactType {
	switch {
	case kind == reflect.TypeFor[inventory.Date]():
		return Day
	case kind.Kind() == reflect.Bool:
		return Flag
	case kind.Kind() == reflect.Int:
		return Whole
	case kind.Kind() == reflect.Float64:
		return Number
	case kind.Kind() == reflect.Slice:
		return List
	}
	return Text
}

// wordsOf are the values of a type that is a closed list of words, alone or in a list.
func wordsOf(kind reflect.Type) []string { return closedLists()[elementOf(kind)] }

// elementOf is the type of the items of a list, and any other type itself.
func elementOf(kind reflect.Type) reflect.Type {
	if kind.Kind() == reflect.Slice {
		return kind.Elem()
	}
	return kind
}

var closedLists = sync.OnceValue(func() map[reflect.Type][]string {
	lists := map[reflect.Type][]string{}
	addWords(lists, inventory.HolderKinds())
	addWords(lists, inventory.HolderTypes())
	addWords(lists, inventory.Regimes())
	addWords(lists, inventory.Purposes())
	addWords(lists, inventory.AuthorisationStatuses())
	addWords(lists, inventory.ProvisionalGrounds())
	addWords(lists, inventory.Viewers())
	addWords(lists, inventory.Storages())
	addWords(lists, inventory.TimeSources())
	addWords(lists, inventory.Integrities())
	addWords(lists, inventory.LogFields())
	addWords(lists, inventory.ExportLogFields())
	addWords(lists, inventory.PlayerFeatures())
	addWords(lists, inventory.CheckedItems())
	addWords(lists, inventory.AnalyticsEvents())
	addWords(lists, inventory.WirelessSegments())
	addWords(lists, inventory.Categories())
	addWords(lists, inventory.Statuses())
	addWords(lists, inventory.Cables())
	addWords(lists, inventory.PowerSources())
	addWords(lists, inventory.ONVIFProfiles())
	addWords(lists, inventory.HeadKinds())
	addWords(lists, inventory.Shots())
	addWords(lists, inventory.Aims())
	addWords(lists, inventory.AreaCategories())
	addWords(lists, inventory.SiteKinds())
	addWords(lists, inventory.Environments())
	addWords(lists, []inventory.Period{inventory.Day, inventory.Night, inventory.DayAndNight})
	return lists
})

func addWords[W ~string](lists map[reflect.Type][]string, words []W) {
	for _, w := range words {
		lists[reflect.TypeFor[W]()] = append(lists[reflect.TypeFor[W]()], string(w))
	}
}
