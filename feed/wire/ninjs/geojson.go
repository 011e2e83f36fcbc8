package ninjs

import "slices"

// geoJSON is an object of RFC 7946: a geometry, a feature, or a collection of
// them. Other members may stand in it (§6.1).
func geoJSON() *shape {
	s := &shape{kind: isObject, open: true}
	s.rule = func(v *value) string { return wrongGeoJSON(v, geoTypes) }
	return s
}

var (
	geometries = []string{"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection"}
	geoTypes   = append(slices.Clone(geometries), "Feature", "FeatureCollection")
)

// wrongGeoJSON is what is wrong with an object that must be of one of the
// types, "" when nothing is.
func wrongGeoJSON(v *value, types []string) string {
	kind := v.string("type")
	if v.kind != isObject || !slices.Contains(types, kind) {
		return `must be a GeoJSON object: its "type" is ` + choice(types)
	}
	if box := v.get("bbox"); box != nil && !isPosition(box, 4) {
		return `must have a "bbox" of at least four numbers, or none` // RFC 7946 §5
	}
	switch kind {
	case "GeometryCollection":
		return wrongMembers(v, "geometries", geometries)
	case "FeatureCollection":
		return wrongMembers(v, "features", []string{"Feature"})
	case "Feature":
		return wrongFeature(v)
	}
	if c := v.get("coordinates"); c == nil || !isCoordinates(c, kind) {
		return `must have the "coordinates" of a GeoJSON ` + kind
	}
	return ""
}

func wrongMembers(v *value, name string, types []string) string {
	if m := v.get(name); m == nil || m.kind != isArray {
		return `must have an array "` + name + `"`
	}
	for _, m := range v.list(name) {
		if detail := wrongGeoJSON(m, types); detail != "" {
			return `has "` + name + `", and each of them ` + detail
		}
	}
	return ""
}

// wrongFeature keeps RFC 7946 §3.2.
func wrongFeature(v *value) string {
	if p := v.get("properties"); p == nil || p.kind != isNull && p.kind != isObject {
		return `must have "properties", which may be null`
	}
	if id := v.get("id"); id != nil && id.kind != isString && id.kind != isNumber {
		return `must have an "id" that is a string or a number, or none`
	}
	switch g := v.get("geometry"); {
	case g == nil:
		return `must have a "geometry", which may be null`
	case g.kind != isNull:
		return wrongGeoJSON(g, geometries)
	}
	return ""
}

// isCoordinates keeps RFC 7946 §3.1.
func isCoordinates(v *value, kind string) bool {
	switch kind {
	case "Point":
		return isPosition(v, 2)
	case "MultiPoint":
		return isArrayOf(v, 0, func(v *value) bool { return isPosition(v, 2) })
	case "LineString":
		return isLine(v, 2)
	case "MultiLineString":
		return isArrayOf(v, 0, func(v *value) bool { return isLine(v, 2) })
	case "Polygon":
		return isPolygon(v)
	}
	return isArrayOf(v, 0, isPolygon)
}

func isPolygon(v *value) bool {
	return isArrayOf(v, 0, func(v *value) bool { return isLine(v, 4) })
}

func isLine(v *value, least int) bool {
	return isArrayOf(v, least, func(v *value) bool { return isPosition(v, 2) })
}

func isPosition(v *value, least int) bool {
	return isArrayOf(v, least, func(v *value) bool { return v.kind == isNumber })
}

func isArrayOf(v *value, least int, is func(*value) bool) bool {
	return v.kind == isArray && len(v.members) >= least && !slices.ContainsFunc(v.members, func(m *value) bool { return !is(m) })
}
