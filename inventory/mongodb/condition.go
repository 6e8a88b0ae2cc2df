package mongodb

import (
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"vigie/inventory"
)

// mostIn is how many values of one condition are given to the server, to stay far below the largest message. A longer
// list is left to [inventory.Query.Matches].
const mostIn = 10_000

// narrow tells a condition that is likely to keep a small part of the records.
func narrow(c inventory.Condition) bool { return c.Narrow(mostIn) }

// conditions are the filters of the conditions; exact tells whether they say all of them. The server compares texts
// byte by byte, as Go does (https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/#strings).
func conditions(where []inventory.Condition) (filters []bson.D, exact bool) {
	exact = true
	for _, c := range where {
		f, whole := condition(c)
		filters = append(filters, bson.D{{Key: path(c.Attr), Value: f}})
		exact = exact && whole
	}
	return filters, exact
}

// condition is the filter of one condition. No document has a text that is not UTF-8: such a value of In is met by
// none, and such a border is left to [inventory.Query.Matches].
func condition(c inventory.Condition) (filter bson.D, exact bool) {
	exact = true
	from := ""
	if c.From != "" {
		if exact = utf8.ValidString(c.From); exact {
			from = c.From
		}
	}
	filter = bson.D{{Key: "$gte", Value: from}} // no value is empty: this says that the attribute is known
	if c.Before != "" {
		if utf8.ValidString(c.Before) {
			filter = append(filter, bson.E{Key: "$lt", Value: c.Before})
		} else {
			exact = false
		}
	}
	switch {
	case len(c.In) > mostIn:
		return filter, false
	case len(c.In) == 0:
		return filter, exact
	case c.Single() && utf8.ValidString(c.In[0]):
		return bson.D{{Key: "$eq", Value: c.In[0]}}, true
	}
	values := bson.A{}
	for _, value := range c.In {
		if utf8.ValidString(value) {
			values = append(values, value)
		}
	}
	if c.From == "" && c.Before == "" {
		filter = nil
	}
	return append(filter, bson.E{Key: "$in", Value: values}), exact
}

// all is the filter that keeps what every filter keeps.
func all(filters ...bson.D) bson.D {
	parts := bson.A{}
	for _, f := range filters {
		if len(f) > 0 {
			parts = append(parts, f)
		}
	}
	switch len(parts) {
	case 0:
		return bson.D{}
	case 1:
		return parts[0].(bson.D) //nolint:forcetypeassert // made above
	}
	return bson.D{{Key: "$and", Value: parts}}
}
