package api

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// decode reads a JSON body into the value that into points to. Everything that does not fit (a field that does not
// exist, a value of another type) is refused at once, each with its place.
func (s *server) decode(c *gin.Context, into any) error {
	if _, err := bodyType(c, jsonType); err != nil {
		return err
	}
	text, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, s.config.MaxBodyBytes))
	if err != nil {
		return bodyError(err)
	}
	readWithin(c, exchangeTimeout) // it is all here: what is computed of it may take its time
	return refuseFaults(unmarshal(text, into))
}

// bodyError is the refusal of a body that could not be read to its end, which is the sender's doing.
func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return &refusal{kind: kindInvalidRequest, detail: "the body could not be read to its end", cause: err}
}

// Decode reads one JSON value as the API reads a body: the names of fields count to the letter, and nothing may follow.
// Everything that does not fit is told at once, in an *inventory.InvalidError.
func Decode(text []byte, into any) error {
	unfit := unmarshal(text, into)
	if len(unfit) == 0 {
		return nil
	}
	faults := make([]inventory.Fault, len(unfit))
	for i, f := range unfit {
		faults[i] = inventory.Fault{Field: f.Field, Reason: f.Reason}
	}
	return &inventory.InvalidError{Faults: faults}
}

// unmarshal decodes JSON text and tells every place where it does not fit the type.
func unmarshal(text []byte, into any) []Fault {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return []Fault{{In: "body", Reason: jsonReason(err)}}
	}
	if faults := structureFaults(text); len(faults) > 0 {
		return faults
	}
	err := json.Unmarshal(text, into)
	f := fitting{failed: err != nil}
	f.value(place{}, value, reflect.TypeOf(into).Elem())
	if value == nil {
		f.fault(place{}, "null is not an object")
	}
	if err != nil && len(f.faults) == 0 {
		f.fault(place{}, "%s", jsonReason(err))
	}
	return f.faults
}

func jsonReason(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("is not JSON: %v, at byte %d", syntax, syntax.Offset)
	}
	return "is not JSON that can be held here: " + strings.TrimPrefix(err.Error(), "json: ")
}

// place is where a value stands in a body: heads[0].id and /heads/0/id.
type place struct{ field, pointer string }

func (p place) member(name string) place {
	escaped := strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
	return place{field: strings.TrimPrefix(p.field+"."+name, "."), pointer: p.pointer + "/" + escaped}
}

func (p place) element(i int) place {
	return place{field: fmt.Sprintf("%s[%d]", p.field, i), pointer: p.pointer + "/" + strconv.Itoa(i)}
}

// fitting compares decoded JSON with the Go type that is to hold it.
type fitting struct {
	faults []Fault
	// failed tells that the whole did not decode, so that values with a decoder of their own must be tried one by one.
	failed bool
}

func (f *fitting) fault(at place, reason string, args ...any) {
	if len(f.faults) < maxFaults {
		f.faults = append(f.faults,
			Fault{In: "body", Field: at.field, Pointer: at.pointer, Reason: fmt.Sprintf(reason, args...), phrase: phrase{reason, args}})
	}
}

func (f *fitting) value(at place, value any, t reflect.Type) {
	if value == nil {
		return // null: the value is unknown
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if ownDecoder(t) {
		f.own(at, value, t)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		f.object(at, value, t)
	case reflect.Map:
		f.table(at, value, t.Elem())
	case reflect.Slice:
		f.list(at, value, t.Elem())
	default:
		f.scalar(at, value, t)
	}
}

func ownDecoder(t reflect.Type) bool {
	pointer := reflect.PointerTo(t)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) ||
		pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// own tries a value that decodes itself.
func (f *fitting) own(at place, value any, t reflect.Type) {
	if !f.failed {
		return
	}
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, reflect.New(t).Interface())
	}
	if err != nil {
		f.fault(at, "%v", err)
	}
}

func (f *fitting) object(at place, value any, t reflect.Type) {
	members, ok := value.(map[string]any)
	if !ok {
		f.fault(at, "must be an object, not %s", jsonKind(value))
		return
	}
	fields := jsonFields(t)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if field, known := fields[name]; known {
			f.value(at.member(name), members[name], field)
		} else {
			f.fault(at.member(name), "is not a field that exists here")
		}
	}
}

// jsonFields are the types of the fields of a struct, and of those embedded in it, by their names in JSON.
func jsonFields(t reflect.Type) map[string]reflect.Type {
	fields := make(map[string]reflect.Type, t.NumField())
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			fields[name] = field.Type
		}
	}
	return fields
}

func (f *fitting) table(at place, value any, element reflect.Type) {
	members, ok := value.(map[string]any)
	if !ok {
		f.fault(at, "must be an object, not %s", jsonKind(value))
		return
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		f.value(at.member(name), members[name], element)
	}
}

func (f *fitting) list(at place, value any, element reflect.Type) {
	elements, ok := value.([]any)
	if !ok {
		f.fault(at, "must be a list, not %s", jsonKind(value))
		return
	}
	for i, e := range elements {
		f.value(at.element(i), e, element)
	}
}

func (f *fitting) scalar(at place, value any, t reflect.Type) {
	want := ""
	switch number, isNumber := value.(float64); t.Kind() {
	case reflect.String:
		if _, fits := value.(string); !fits {
			want = "a text"
		}
	case reflect.Bool:
		if _, fits := value.(bool); !fits {
			want = "true or false"
		}
	case reflect.Int:
		if !isNumber || number != math.Trunc(number) || math.Abs(number) > 1<<53 {
			want = "a whole number"
		}
	default:
		if !isNumber {
			want = "a number"
		}
	}
	if want != "" {
		f.fault(at, "must be %s, not %s", want, jsonKind(value))
	}
}

func jsonKind(value any) string {
	switch v := value.(type) {
	case string:
		return "a text"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return "the number " + strconv.FormatFloat(v, 'g', -1, 64)
	case []any:
		return "a list"
	}
	return "an object"
}
