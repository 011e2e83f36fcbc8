package ninjs

import "sync"

// strict is the schema of ninjs 3.1. Where it contradicts itself (the dates of
// a recurrence cannot be an array and a string at once) the IPTC's guidelines
// decide.
var strict = sync.OnceValue(func() *shape {
	exact := &shape{kind: isString, format: isDateTime, must: mustDateTime}
	return schema(shapes{
		uri:      &shape{kind: isString, format: isURI, must: `an absolute URI, such as "tag:example.com,2026:1", with everything but ASCII percent-encoded`},
		dateTime: exact, limit: exact,
	})
})

// lenient is what the older versions are held to once they are mapped to the
// names of 3.x: any text is a name, and dates come in more forms. But nobody
// can guess the hour at which an embargo ends.
var lenient = sync.OnceValue(func() *shape {
	return schema(shapes{
		uri:      text(),
		dateTime: &shape{kind: isString, format: isOldDateTime, must: mustDateTime},
		limit:    &shape{kind: isString, format: isOldLimit, must: mustDateTime},
	})
})

const mustDateTime = `a date and time as in RFC 3339, such as "2026-11-22T10:00:00Z"`

// schema is a news item, given what names and dates must be.
func schema(s shapes) *shape {
	item := object(s.item()).needs("uri")
	association := s.item()
	association["name"], association["rel"] = text(), text()
	associations := array(object(association).needs("name", "uri"))
	item.members["associations"], association["associations"] = associations, associations
	return item
}

// shapes are the parts of the schema: what a name must be, a date, and the date
// from which or until which an item may be used.
type shapes struct{ uri, dateTime, limit *shape }

func (s shapes) item() map[string]*shape {
	return map[string]*shape{
		"uri": s.uri, "type": newsType(), "representationType": oneOf("full", "partial"),
		"profile": text(), "version": text(), "title": text(), "by": text(), "slugline": text(), "located": text(),
		"firstCreated": s.dateTime, "versionCreated": s.dateTime, "contentCreated": s.dateTime,
		"embargoedUntil": s.limit, "expires": s.limit,
		"pubStatus": pubStatus(), "urgency": between(1, 9),
		"copyrightHolder": text(), "copyrightNotice": text(), "usageTerms": text(),
		"edNote": text(), "language": text(),
		"headlines":     array(object(map[string]*shape{"role": text(), "contentType": text(), "value": text()}).needs("value")),
		"descriptions":  array(object(map[string]*shape{"role": text(), "contentType": text(), "value": text()}).needs("value")),
		"bodies":        array(s.body()),
		"people":        array(s.concept("contactInfo", s.contacts())),
		"organisations": array(s.organisation()),
		"places":        array(s.concept("contactInfo", s.contacts(), "geoJSON", geoJSON())),
		"subjects":      array(s.concept("creator", text(), "relevance", between(0, 100), "confidence", between(0, 100))),
		"events":        array(s.concept("id", text())),
		"objects":       array(s.concept()),
		"infoSources": array(object(map[string]*shape{
			"name": text(), "role": text(), "uri": s.uri, "literal": text(), "contactInfo": s.contacts(),
		})),
		"genres":     array(object(map[string]*shape{"name": text(), "uri": text(), "literal": text()})),
		"altIds":     array(object(map[string]*shape{"role": text(), "value": text()})),
		"renditions": array(s.rendition()),
		"standard":   object(map[string]*shape{"name": text(), "version": text(), "schema": s.uri}),
		"rightsInfo": s.rightsInfo(),
		"eventDetails": object(map[string]*shape{
			"eventStatus": s.uri, "plannedCoverageStatus": s.uri, "dates": s.dates(), "organiser": s.organisation(),
		}),
		"plannedCoverage":   array(s.planned()),
		"trustIndicators":   array(object(map[string]*shape{"role": s.uri, "title": text(), "href": s.uri})),
		"digitalSourceType": object(map[string]*shape{"name": text(), "uri": s.uri, "literal": text()}),
	}
}

func newsType() *shape {
	return oneOf("text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning")
}

func pubStatus() *shape { return oneOf("usable", "withheld", "canceled") }

func (s shapes) body() *shape {
	return object(map[string]*shape{
		"role": text(), "contentType": text(), "value": text(), "charCount": integer(), "wordCount": integer(),
	}).needs("value")
}

// concept is something that the item is about; more are names and shapes of
// members beside the usual ones.
func (s shapes) concept(more ...any) *shape {
	members := map[string]*shape{"name": text(), "rel": text(), "uri": s.uri, "literal": text()}
	for i := 0; i < len(more); i += 2 {
		members[more[i].(string)] = more[i+1].(*shape)
	}
	return object(members)
}

func (s shapes) organisation() *shape {
	symbol := object(map[string]*shape{"exchange": text(), "symbolType": s.uri, "symbol": text()})
	return s.concept("symbols", array(symbol), "contactInfo", s.contacts())
}

func (s shapes) contacts() *shape {
	contact := object(map[string]*shape{
		"type": text(), "role": text(), "lang": text(), "name": text(), "value": text(),
		"address": object(map[string]*shape{
			"lines": array(text()), "locality": text(), "area": text(), "postalCode": text(), "country": text(),
		}),
	})
	contact.rule = exactlyOne("value", "address")
	return array(contact)
}

func (s shapes) rightsInfo() *shape {
	rights := object(map[string]*shape{"langId": s.uri, "linkedRights": s.uri, "encodedRights": text()})
	rights.rule = exactlyOne("linkedRights", "encodedRights")
	return rights
}

func (s shapes) rendition() *shape {
	return object(map[string]*shape{
		"name": text(), "href": s.uri, "contentType": text(), "title": text(),
		"width": integer(), "height": integer(), "sizeInBytes": integer(), "duration": number(),
		"format": text(), "aspectRatio": text(), "videoCodec": text(), "frameRate": number(), "bitrate": text(),
		"poi":               object(map[string]*shape{"x": integer(), "y": integer()}),
		"transportProtocol": text(), "scanType": oneOf("progressive", "interlaced"),
	}).needs("name")
}

func (s shapes) planned() *shape {
	return object(map[string]*shape{
		"uri": s.uri, "title": text(), "pubStatus": pubStatus(), "type": newsType(), "dates": s.dates(),
		"commissioned": object(map[string]*shape{
			"by": text(), "on": s.dateTime,
			"references": array(object(map[string]*shape{"name": text(), "value": text()})),
		}),
		"audiences":    array(object(map[string]*shape{"audience": text(), "significance": integer()})),
		"exclAudience": array(text()), "edNote": text(), "urgency": between(1, 9), "language": text(),
		"itemCount": object(map[string]*shape{"rangeFrom": integer(), "rangeTo": integer()}),
		"wordCount": integer(), "renditions": array(s.rendition()),
	})
}

func (s shapes) dates() *shape {
	truncated := &shape{kind: isString, format: isTruncatedDate, must: `a date, with or without a time, or the beginning of one, such as "2026-11"`}
	dates := object(map[string]*shape{
		"startDate": s.dateTime, "endDate": s.dateTime,
		"expectedStartDate": truncated, "expectedEndDate": truncated, "expectedDuration": text(),
		"recurrence": object(map[string]*shape{
			"recurrenceDates": array(truncated),
			"recurrenceRules": array(object(map[string]*shape{
				"frequency": oneOf("secondly", "minutely", "hourly", "daily", "weekly", "monthly", "yearly"),
				"interval":  integer(), "until": s.dateTime, "count": integer(),
			})),
		}),
	})
	start, end := exactlyOne("startDate", "expectedStartDate"), exactlyOne("endDate", "expectedEndDate")
	dates.rule = func(v *value) string {
		if start(v) != "" && end(v) != "" { // one of them is enough for the schema
			return start(v)
		}
		return ""
	}
	return dates
}

// exactlyOne is the rule that an object has the one member or the other.
func exactlyOne(a, b string) func(*value) string {
	return func(v *value) string {
		if (v.get(a) == nil) == (v.get(b) == nil) {
			return `must have either "` + a + `" or "` + b + `"`
		}
		return ""
	}
}
