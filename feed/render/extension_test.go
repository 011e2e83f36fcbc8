package render

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestExtensionIsDescribedWhole compares what the _dateline objects can hold
// with what Extension says of them.
func TestExtensionIsDescribedWhole(t *testing.T) {
	parts := Extension()
	for i, v := range []reflect.Type{reflect.TypeFor[jsonFeedExtension](), reflect.TypeFor[jsonItemExtension]()} {
		var described []string
		for _, f := range parts[i].Fields {
			if described = append(described, f.Name); f.Text == "" {
				t.Errorf("nothing is said of %s", f.Name)
			}
		}
		held := members("", v)
		held = slices.DeleteFunc(held, func(name string) bool { return strings.HasPrefix(name, "also_at.") }) // as in source
		slices.Sort(held)
		slices.Sort(described)
		if !slices.Equal(held, described) {
			t.Errorf("%s:\nholds     %v\ndescribed %v", parts[i].Title, held, described)
		}
	}
}

// members are the names of all that an object can hold.
func members(prefix string, v reflect.Type) (names []string) {
	for f := range v.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, prefix+name)
		inner := f.Type
		for inner.Kind() == reflect.Slice || inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct {
			names = append(names, members(prefix+name+".", inner)...)
		}
	}
	return names
}
