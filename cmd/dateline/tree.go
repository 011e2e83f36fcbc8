package main

import (
	"net/url"
	"reflect"
	"strings"
	"time"

	"dateline/feed"
)

// treeOf is a configuration, or a part of it, as maps, lists and values by the
// keys of the file. Secrets that stand in it, in fields that are tagged with
// `secret`, are replaced by what hide makes of them.
func treeOf(v any, hide func(secret string) string) any {
	return tree(reflect.ValueOf(v), "", hide)
}

func tree(v reflect.Value, secret string, hide func(string) string) any {
	if v.Type() == reflect.TypeFor[time.Duration]() {
		return short(time.Duration(v.Int()))
	}
	switch v.Kind() {
	case reflect.Struct:
		m := map[string]any{}
		for f, value := range v.Fields() {
			if name := f.Tag.Get("yaml"); name != "" {
				m[name] = tree(value, f.Tag.Get("secret"), hide)
			}
		}
		return m
	case reflect.Map:
		m := map[string]any{}
		for name, value := range v.Seq2() {
			m[name.String()] = tree(value, secret, hide)
		}
		return m
	case reflect.Slice:
		list := []any{}
		for _, value := range v.Seq2() {
			list = append(list, tree(value, secret, hide))
		}
		return list
	case reflect.String:
		switch secret {
		case "all":
			return hide(v.String())
		case "url":
			return hideInURL(v.String(), hide)
		}
	}
	return v.Interface()
}

// hideInURL hides the password of a URL, or a user that stands there alone,
// which then is often a token, and what is a secret in its query.
func hideInURL(text string, hide func(string) string) string {
	u, err := url.Parse(text)
	if err != nil && strings.Contains(text, "@") {
		return hide(text) // it cannot be said where the password is
	} else if err != nil {
		return text
	}
	if password, ok := u.User.Password(); ok {
		u.User = url.UserPassword(u.User.Username(), hide(password))
	} else if u.User != nil {
		u.User = url.User(hide(u.User.Username()))
	}
	parameters := strings.Split(u.RawQuery, "&")
	for i, parameter := range parameters {
		if name, value, _ := strings.Cut(parameter, "="); value != "" && feed.IsSecret(name) {
			parameters[i] = name + "=" + hide(value)
		}
	}
	if query := strings.Join(parameters, "&"); query != u.RawQuery {
		u.RawQuery = query
	} else if u.User == nil {
		return text
	}
	return u.String()
}

// hidden takes secrets away, and plain leaves them.
func hidden(string) string       { return "hidden" }
func plain(secret string) string { return secret }

// field is the value of a key of the file in the struct that v points at.
func field(v any, key string) reflect.Value {
	at := reflect.ValueOf(v).Elem()
	for name := range strings.SplitSeq(key, ".") {
		at = at.FieldByIndex(fieldIndex(at.Type(), name))
	}
	return at
}

func fieldIndex(t reflect.Type, name string) []int {
	for f := range t.Fields() {
		if f.Tag.Get("yaml") == name {
			return f.Index
		}
	}
	panic("config: no key " + name + " in " + t.String()) // keys come from the program
}
